"""Tiering with plain fenced sends: scores -> tiers -> hot-leads + Redis. HOT iff the last snapshot says hot and is younger than D.
Every send is one record here (a send of several is a run of them with nothing in between). Every Redis write may be lost
again (rolled back to any earlier state, also one inside an acquisition) and may be executed a second time, later.

Rules, each with the value that switches it off or to a variant:
  stamp   True: every write compares and replaces one stamp (token, number of the write); False: commits compare next offset
          and token, chunk writes and the wipe the token alone
  pos     (stamp=False) commits compare the next offset
  token   commits and writes compare the token (stamp=True: the stamp)
  claim   'take' = the claim overwrites, and reading the position replaces the stamp in the same step; 'set' = reading leaves it;
          'cas' = the claim replaces the stamp that was read before
  fence   'abort' = InitProducerId, then an empty aborted transaction; 'init' = InitProducerId alone; None
  order   'token' = token, fence, ends, Redis; 'ends' = ends before the fence; 'late' = fence before the token
  eq      at the announced offset itself: 'quiet' = nothing is published, what is missing comes at the next record;
          'skip' = keys whose last output carries it are skipped, others publish; 'open' = all publish
  known   False = nothing is announced: all outputs are published
  judge   'timer' = a key that takes state from tiers gets a timer that is due; 'set' = judged at the first input after announced; 'rebuild' = neither:
          the position holds `announced` too, so the tiers position moves with the first commit; a tiers record after it whose source
          is below `next` is news to this state: rebuild; None
  adopt   'memory' = keys taken from tiers reach Redis with the first commit; 'write' = at once, in their own write; None = tiers are not read
  project at acquisition, what tiers holds after the last hot-leads record is projected first
  lazy    keys may be read from Redis at any batch: 'checked' = with the stamp (stamp=False: next offset and token) in the same round trip; 'blind'; None
  first   'tiers' = hot-leads is published after tiers; 'hot' = before
  lag     compaction leaves alone what is not projected yet"""
from functools import lru_cache
from core import search

def model(LOG, D=3, faults=2, compactions=0, stamp=True, pos=True, token=True, claim='take', fence='abort', order='token', eq='quiet',
          known=True, judge='rebuild', adopt='memory', project=True, lazy='checked', first='tiers', lag=True, resent=True,
          kinds=('crash', 'takeover', 'rollback', 'flush', 'late'), secs=120, limit=3_000_000):
    END = len(LOG)
    NEW = (-1, None, 0, 0, -1, None)                           # source, facts (ts, hot), tier, number, since, wake

    def after(f, tier, at):                                    # next time the tier can change, looking from `at`
        if f is None: return None
        ts, hot = f
        if int(hot and at < ts + D) != tier: return at
        return ts + D if tier else None
    def settle(s, at):
        w = after(s[1], s[2], at)
        return s[:1] + (s[1] if w is not None else None,) + s[2:5] + (w,)
    def run(clock, keys, lo, hi, gone, annc, doneA, H):
        """fold scores[lo:hi): clock, keys, outputs, keys still to be judged"""
        d, outs = dict(keys), []
        def move(k, to, at, i):
            s = d[k]
            d[k] = s[:2] + (to, s[3] + 1, at, None); outs.append((k, s[3] + 1, s[2], to, at, i))
        def fire(k, i):
            s = d[k]
            at = max(s[5], s[4])
            if s[1] is None: d[k] = s[:5] + (None,); return
            to = int(s[1][1] and at < s[1][0] + D)
            if to != s[2]: move(k, to, at, i)
            d[k] = settle(d[k][:5] + (None,), at + 1)
        for i in range(lo, hi):
            if gone >> i & 1: continue
            e = LOG[i]
            quiet = i < annc or i == annc and eq == 'quiet'
            skip = doneA if i == annc and eq == 'skip' else ()
            if i > annc and H:                                 # judge='set'
                for k in sorted(H):
                    s = d[k]
                    if s[1] is not None:
                        w = after(s[1], s[2], s[4]) if not s[2] else max(s[4], s[1][0] + D)
                        if w is not None and w <= clock: d[k] = s[:5] + (w,); fire(k, i)
                        elif s[2] and not s[1][1]: d[k] = s[:5] + (max(s[4], s[1][0]),); fire(k, i)
                H = frozenset()
            if e[0] == 'M':
                clock = max(clock, e[1])
                if not quiet:
                    while True:
                        due = sorted((s[5], k) for k, s in d.items() if s[5] is not None and s[5] <= clock and k not in skip)
                        if not due: break
                        fire(due[0][1], i)
            else:
                _, k, src, ts, hot = e
                s = d.get(k, NEW)
                if src <= s[0]: continue
                if quiet or k in skip:
                    d[k] = settle((src, (ts, hot)) + s[2:], ts)
                    continue
                d[k] = s
                while d[k][5] is not None and d[k][5] <= ts: fire(k, i)
                d[k] = (src, (ts, hot)) + d[k][2:]
                if hot != d[k][2]: move(k, hot, ts, i)
                d[k] = settle(d[k], ts)
        return clock, tuple(sorted(d.items())), tuple(outs), H
    run = lru_cache(None)(run)

    _, kf, ref, _ = run(-1, (), 0, END, 0, -1, frozenset(), frozenset())
    refmap = {(o[0], o[1]): o[2:5] for o in ref}
    final = dict(kf)
    # redis: None | (stamp (token, n), next|None, T, clock, keys)
    def do(redis, op):
        """a Redis script: (redis, accepted)"""
        kind, was, to = op[0], op[1], op[2]
        r = redis or ((0, 0), None, 0, -1, (), -1)
        if kind == 'claim':
            if claim == 'cas' and r[0] != was: return redis, r[0] == to
            return (to,) + r[1:], True
        if stamp:
            if token and r[0] != was: return redis, resent and r[0] == to
            new = to if token else r[0]
        else:
            if token and r[0][0] != was[0]: return redis, False
            new = r[0]
        if kind == 'wipe': return (new, None, 0, -1, (), -1), True
        d = dict(r[4]); d.update(op[3])
        ks = tuple(sorted(d.items()))
        if kind == 'write': return (new, r[1], r[2], r[3], ks, r[5]), True
        _, _, _, _, base, nxt, T, clock, A = op
        if not stamp and pos and r[1] != base: return redis, resent and r[1] == nxt
        return (new, nxt, T, clock, ks, A), True
    def hots(tiers): return tuple(j for j, t in enumerate(tiers) if t[3] > t[2])
    def live(tdel, a, b): return [j for j in range(a, b) if not tdel >> j & 1]

    # owner: (phase, stamp, epoch, ...)
    def succ(s):
        gone, redis, hist, tiers, tdel, hot, (coord, te, he), procs, dup, fl, cp, bad = s
        out = []
        if bad: return out
        def add(label, gone=gone, redis=redis, hist=hist, tiers=tiers, tdel=tdel, hot=hot, ep=(coord, te, he), procs=procs, dup=dup, fl=fl, cp=cp, bad=None):
            out.append((label, (gone, redis, hist, tiers, tdel, hot, ep, procs, dup, fl, cp, bad)))
        def P(i, p): q = list(procs); q[i] = p; return (q[0], q[1])
        def write(label, op, yes, no, i, **c):
            r, ok = do(redis, op)
            h = hist
            if r != redis and r not in hist and fl and 'rollback' in kinds: h = tuple(sorted(hist + (r,), key=repr))
            add(label + ('' if ok else ': refused'), redis=r, hist=h, procs=P(i, yes if ok else no), **c)
            if ok and fl and 'late' in kinds and dup is None:
                add(label + ', the reply is lost, a copy of the command stays behind', redis=r, hist=h, procs=P(i, yes), dup=op, fl=fl - 1)
                if do(r, op) != (r, True) and not resent: add(label + ', the reply is lost, the command is sent again', redis=do(r, op)[0], procs=P(i, no), fl=fl - 1)
        def send_tiers(label, i, e, x, nxt):
            if fence and e < te: add(f'{"PQ"[i]} is fenced', procs=P(i, None)); return
            mine = [t for t in tiers if t[0] == x[0]]
            lseq, lto = (mine[-1][1], mine[-1][3]) if mine else (0, 0)
            msg = None
            if x[1] != lseq + 1 or x[2] != lto or x[3] == x[2]: msg = f'G4: {x[0]} #{x[1]} {x[2]}->{x[3]} after #{lseq} (tier {lto})'
            elif not gone and refmap.get((x[0], x[1])) != x[2:5]: msg = f'reference: {x[0]} #{x[1]} is {refmap.get((x[0], x[1]))}, published {x[2:5]}'
            add(label, tiers=tiers + (x,), ep=(coord, max(te, e), he), procs=P(i, nxt), bad=msg)
        def send_hot(label, i, e, j, nxt):
            if fence and e < he: add(f'{"PQ"[i]} is fenced', procs=P(i, None)); return
            want = hots(tiers)
            msg = None
            if first == 'tiers':
                if j in hot: msg = f'hot-leads: tiers offset {j} twice'
                elif len(hot) >= len(want) or want[len(hot)] != j: msg = f'hot-leads: {j} after {hot}, tiers has {want}'
            add(label, hot=hot + (j,), ep=(coord, te, max(he, e)), procs=P(i, nxt), bad=msg)
        lv = [i for i in (0, 1) if procs[i]]
        for i in (0, 1):
            p = procs[i]; me = 'PQ'[i]
            if p is None:
                if lv and not ('takeover' in kinds and fl): continue
                if not lv and i and procs[0] is None: continue              # P and Q are alike
                add(f'{me} becomes owner' + (' (rival is paused)' if lv else ''), procs=P(i, ('init', None) if order == 'late' else ('see',)), fl=fl - bool(lv)); continue
            ph = p[0]
            if fl and 'crash' in kinds and ph in ('send', 'hot', 'cas', 'proj', 'wr', 'zero'): add(f'{me} crashes', procs=P(i, None), fl=fl - 1)
            if ph == 'see':
                was = redis[0] if redis else (0, 0)
                if claim == 'cas': add(f'{me} reads the stamp', procs=P(i, ('tok', was) + p[1:])); continue
                ph, p = 'tok', ('tok', was) + p[1:]
            if ph == 'tok':
                used = [x[0][0] for x in hist] + ([redis[0][0]] if redis else []) + [q[1][0] for q in procs if q and len(q) > 1 and isinstance(q[1], tuple)] + ([dup[2][0]] if dup else [])
                t = (max(used + [0]) + 1, 0)
                nx = ('init', t) if len(p) == 2 else (p[2], t) + p[3:]
                write(f'{me} claims Redis, token {t[0]}', ('claim', p[1], t), nx, None, i)
            elif ph == 'init':
                e = coord + 1 if fence else 0
                nx = ('see', 'ends', e) if order == 'late' else ('abort', p[1], e)
                if order == 'ends': nx += (len(tiers),)
                if fence == 'abort' or order != 'late': add(f'{me} InitProducerId, epoch {e}', ep=(e, te, he), procs=P(i, ('abort', p[1], e) + nx[3:] if order != 'late' else ('abort', None, e)))
            elif ph == 'abort':
                e = p[2]
                nx = ('see', 'ends', e) if order == 'late' else ('read', p[1], e, p[3]) if order == 'ends' else ('ends', p[1], e)
                if fence != 'abort': add(f'{me} goes on', procs=P(i, nx))
                elif e < coord: add(f'{me} is fenced', procs=P(i, None))
                else: add(f'{me} aborts an empty transaction', ep=(coord, e, e), procs=P(i, nx))
            elif ph == 'ends':
                add(f'{me} reads the end of tiers: {len(tiers)}', procs=P(i, ('read', p[1], p[2], len(tiers))))
            elif ph == 'read':
                _, t, e, E = p
                if redis is None or token and redis[0] != t and (stamp or redis[0][0] != t[0]): add(f'{me} lost its claim', procs=P(i, None)); continue
                if redis[1] is None: add(f'{me} must rebuild', procs=P(i, ('wipe', t, e, E))); continue
                _, nxt, T, clock, keys, A = redis
                s2 = s
                if stamp and claim == 'take':
                    t = (t[0], t[1] + 1); r = (t,) + redis[1:]
                    s2 = (gone, r, tuple(sorted(set(hist) | {r}, key=repr)) if fl and 'rollback' in kinds else hist) + s[3:]
                out += taken(s2, i, t, e, E, nxt, T, clock, keys, A)
            elif ph == 'wipe':
                _, t, e, E = p
                t2 = (t[0], t[1] + 1)
                write(f'{me} wipes', ('wipe', t, t2), ('zero', t2 if stamp else t, e, E), None, i)
            elif ph == 'zero':
                # a rebuild starts at 0 with nothing; memory: what tiers holds is taken after it, like any tail
                _, t, e, E = p
                t2 = (t[0], t[1] + 1)
                write(f'{me} commits next=0', ('commit', t, t2, (), None, 0, 0, -1, -1), ('again', t2 if stamp else t, e, E), None, i)
            elif ph == 'again':
                _, t, e, E = p
                out += taken(s, i, t, e, E, 0, 0, -1, (), -1)
            elif ph == 'proj':
                q, rest = p[3], p[4]
                if not q: add(f'{me} goes on', procs=P(i, rest)); continue
                send_hot(f'{me} projects tiers {q[0]}', i, p[2], q[0], ('proj', p[1], p[2], q[1:], rest) if q[1:] else rest)
            elif ph == 'wr':
                # adopt='write': keys taken from tiers go to Redis at once
                _, t, e, ks, o = p
                t2 = (t[0], t[1] + 1)
                write(f'{me} writes keys taken from tiers', ('write', t, t2, ks), ('idle', t2 if stamp else t) + o[2:], None, i)
            elif ph == 'idle':
                _, t, e, annc, doneA, H, E, base, T, clock, keys, was = p
                for b in range(base + 1, END + 1):
                    views = [(keys, '')]
                    if lazy and redis is not None and redis[4] != keys and not (adopt == 'memory' and keys != was):
                        good = redis[0] == t if stamp else (redis[0][0], redis[1]) == (t[0], base)
                        if lazy == 'blind' or good: views.append((redis[4], ', keys read anew'))
                    elif lazy and redis is None and lazy == 'blind': views.append(((), ', keys read anew'))
                    for ks, note in views:
                        c2, k2, outs, H2 = run(clock, ks, base, b, gone, annc, doneA, H)
                        T2 = T if judge != 'rebuild' and (b <= annc or H2) else max(T, E)
                        w2 = ks if note else was
                        nx = ('cas', t, e, annc, doneA, H2, E, base, b, T2, c2, k2, w2)
                        if outs:
                            h = tuple(len(tiers) + j for j, x in enumerate(outs) if x[3] > x[2]) if first == 'hot' else ()
                            nx = ('send', t, e, outs, nx, ())
                            if h: nx = ('proj', t, e, h, nx)
                        add(f'{me} folds [{base},{b}){note}' + (f' -> {[(x[0], x[1], "HOT" if x[3] else "COLD", x[4]) for x in outs]}' if outs else ''), procs=P(i, nx))
            elif ph == 'send':
                _, t, e, outs, nx, up = p
                x = outs[0]
                if x[3] > x[2]: up = up + (len(tiers),)
                if outs[1:]: nxt = ('send', t, e, outs[1:], nx, up)
                else:
                    nx = nx[:9] + (len(tiers) + 1,) + nx[10:]
                    nxt = ('proj', t, e, up, nx) if up and first == 'tiers' else nx
                send_tiers(f'{me} publishes {x[0]} #{x[1]} {"HOT" if x[3] else "COLD"} @{x[5]}', i, e, x, nxt)
            elif ph == 'cas':
                _, t, e, annc, doneA, H, E, base, b, T, clock, keys, was = p
                w = dict(was)
                dirty = tuple((k, v) for k, v in keys if w.get(k) != v)
                t2 = (t[0], t[1] + 1)
                write(f'{me} commits next={b}', ('commit', t, t2, dirty, base, b, T, clock, annc if judge == 'rebuild' and annc >= b else -1), ('idle', t2 if stamp else t, e, annc, doneA, H, E, b, T, clock, keys, keys), None, i)
        if dup:
            r, ok = do(redis, dup)
            add(f'the copy of {dup[0]} (token {dup[2][0]}) is executed' + ('' if ok and r != redis else ': refused'), redis=r, dup=None)
        if fl and redis is not None:
            if 'flush' in kinds: add('Redis is wiped', redis=None, fl=fl - 1)
            if 'rollback' in kinds:
                for h in hist:
                    if h != redis and (h[1] or -1) <= (redis[1] if redis[1] is not None else END): add(f'Redis falls back to next={h[1]}, stamp {h[0]}', redis=h, fl=fl - 1)
        if cp:
            for c in range(2, END + 1):
                last = {}
                for j in range(c):
                    if not gone >> j & 1: last[LOG[j][1] if LOG[j][0] == 'S' else '#'] = j
                g = gone
                for j in range(c):
                    if j not in last.values(): g |= 1 << j
                if g != gone: add(f'scores is compacted below {c}', gone=g, cp=cp - 1)
            last = {t[0]: j for j, t in enumerate(tiers)}
            up = hots(tiers)
            g = 0
            for j, t in enumerate(tiers):
                if j != last[t[0]] and not (lag and j in up and j not in hot): g |= 1 << j
            if g | tdel != tdel: add('tiers is compacted', tdel=g | tdel, cp=cp - 1)
        return out
    def taken(s, i, t, e, E, nxt, T, clock, keys, A):
        """what an owner starts from: tiers after the stored position, then the projection, then batches"""
        gone, redis, hist, tiers, tdel, hot, ep, procs, dup, fl, cp, bad = s
        me = 'PQ'[i]
        d, doneA, H, annc = dict(keys), {}, set(), A if known else -1
        tail = live(tdel, T, E)
        if judge == 'rebuild' and known and any(tiers[j][5] < nxt for j in tail):
            pr = list(procs); pr[i] = ('wipe', t, e, E)
            return [(f'{me} reads next={nxt}, but tiers after {T} has older sources: rebuild', (gone, redis, hist, tiers, tdel, hot, ep, (pr[0], pr[1]), dup, fl, cp, None))]
        if adopt is not None:
            for j in tail:
                k, seq, fr, to, at, src = tiers[j]
                x = d.get(k, NEW)
                annc = max(annc, src)
                doneA[k] = src
                if seq > x[3] or judge == 'set':
                    d[k] = x[:2] + (to, seq, at, at if judge == 'timer' and x[1] is not None else x[5])
                    if judge == 'set': H.add(k)
        else: annc = max([tiers[j][5] for j in tail], default=-1)
        if not known: annc = -1
        if annc < nxt: annc = -1
        T2 = T if judge != 'rebuild' and (annc >= 0 or H) else max(T, E)
        doneA = frozenset(k for k, v in doneA.items() if v == annc)
        ks = tuple(sorted(d.items()))
        o = ('idle', t, e, annc, doneA, frozenset(H), E, nxt, T2, clock, ks, keys)
        if adopt == 'write' and ks != keys:
            o = o[:11] + (ks,)
            o = ('wr', t, e, tuple((k, v) for k, v in ks if dict(keys).get(k) != v), o)
        q = ()
        if project:
            last = max([T - 1] + list(hot[-1:]))
            q = tuple(j for j in live(tdel, 0, E) if j > last and tiers[j][3] > tiers[j][2])
        if q: o = ('proj', t, e, q, o)
        pr = list(procs); pr[i] = o
        return [(f'{me} reads next={nxt}, tiers {T}..{E}, announced {annc}' + (f', to project {q}' if q else ''), (gone, redis, hist, tiers, tdel, hot, ep, (pr[0], pr[1]), dup, fl, cp, None))]
    model.rest = 0
    def bad(s):
        gone, redis, hist, tiers, tdel, hot, ep, procs, dup, fl, cp, b = s
        if b: return b
        for p in procs:                                        # at rest: an owner whose stamp is in Redis, all folded, nothing announced at the last record
            if p and p[0] == 'idle' and p[7] == END and redis and redis[0] == p[1] and redis[1] == END and p[2] == ep[0] and not (tiers and tiers[-1][5] == END - 1):
                model.rest += 1
                d = dict(redis[4])
                for k, v in final.items():
                    x = d.get(k, NEW)
                    if x[2] != v[2]: return f'at rest {k} is {x[2]}, must be {v[2]}'
                    t = [y for y in tiers if y[0] == k]
                    if (t[-1][1], t[-1][3]) != (x[3], x[2]) if t else x[3]: return f'at rest Redis says {k} #{x[3]} {x[2]}, tiers says {t[-1:]}'
                    if not gone and x != v: return f'at rest {k} holds {x}, the fold is {v}'
                if hot != hots(tiers): return f'at rest hot-leads has {hot}, tiers {hots(tiers)}'
    init = (0, ((0, 1), 0, 0, -1, (), -1), (((0, 1), 0, 0, -1, (), -1),), (), 0, (), (0, 0, 0), (None, None), None, faults, compactions, None)
    return search(init, succ, bad, secs=secs, limit=limit)
