"""Scorer with plain fenced sends: activity -> scores + Redis. A key's state is (its own last offset, the tuple of offsets folded),
so a lost or doubled record is visible. '!' in ACT is a model change: every key of the partition is published again at that
one offset, in chunks of one key (send, then chunk write), then '#', then the commit. '#' is the partition's mark.
Rules, each with the value that switches it off or to a variant:
  stamp   True: every write compares and replaces one stamp (token, number of the write); False: commits compare next and token,
          chunk writes and the wipe the token alone; None: nothing is compared
  fence   a new owner's epoch shuts older owners out
  known   'adopt' = at acquisition each key takes its newest snapshot after the stored position of `scores`; its own offset then
          tells what to skip; 'annc' = outputs below the last source offset in `scores` are not published again, and at it keys
          whose last output carries it are skipped; 'open' = as 'annc' without that last rule; None
  lazy    'checked' = reads of keys are refused like commits; 'blind'
  scan    the same for the scan of all keys at a model change
  origin  'src' = a rebuild refolds from W before the record that the newest snapshot names; 'end' = after it"""
from functools import lru_cache
from core import search

def model(ACT, W=1, faults=2, compactions=0, stamp=True, fence=True, known='adopt', lazy='checked', scan='checked', origin='src',
          kinds=('crash', 'takeover', 'rollback', 'flush', 'late'), secs=120, limit=3_000_000):
    END = len(ACT)
    ctl = [o for o in range(END) if ACT[o][0] == '!']
    want = {}
    for k in {a[0] for a in ACT if a[0] != '!'}:
        mine = [o for o in range(END) if ACT[o][0] == k]
        want[k] = tuple(sorted(mine + [c for c in ctl if c > mine[0]]))
    def upto(k, n): return tuple(o for o in want[k] if o < n)
    def fold(keys, lo, hi):
        d, pend, outs = dict(keys), {}, []
        def flush():
            for k, v in pend.items(): outs.append((k,) + v)
            pend.clear()
        clock = ACT[lo - 1][1] if lo else -1
        for o in range(lo, hi):
            k, ts = ACT[o]
            if ts > clock and clock >= 0:
                flush()
                if d.get('#', (-1,))[0] < o: d['#'] = (o, ()); outs.append(('#', o, ()))
            clock = max(clock, ts)
            last, f = d.get(k, (-1, ()))
            if o <= last: continue
            pend.pop(k, None)
            d[k] = pend[k] = (o, f + (o,))
        flush()
        return tuple(sorted(d.items())), tuple(outs)
    fold = lru_cache(None)(fold)
    # redis: None | (stamp, next|None, T, keys)
    def do(redis, op):
        kind, was, to = op[0], op[1], op[2]
        r = redis or ((0, 0), None, 0, ())
        if kind == 'claim': return (to,) + r[1:], True
        if stamp is None: new = r[0]
        elif stamp:
            if r[0] != was: return redis, r[0] == to
            new = to
        else:
            if r[0][0] != was[0]: return redis, False
            new = r[0]
        if kind == 'wipe': return (new, None, 0, ()), True
        d = dict(r[3]); d.update(op[3]); ks = tuple(sorted(d.items()))
        if kind == 'write': return (new, r[1], r[2], ks), True
        _, _, _, _, base, nxt, T = op
        if stamp is False and r[1] != base: return redis, r[1] == nxt
        return (new, nxt, T, ks), True
    def live(sdel, a, b): return [j for j in range(a, b) if not sdel >> j & 1]
    def up(t): return (t[0], t[1] + 1) if stamp else t
    def succ(s):
        redis, hist, log, sdel, ep, procs, dup, fl, cp, bad = s
        out = []
        if bad: return out
        def add(label, redis=redis, hist=hist, log=log, sdel=sdel, ep=ep, procs=procs, dup=dup, fl=fl, cp=cp, bad=None):
            out.append((label, (redis, hist, log, sdel, ep, procs, dup, fl, cp, bad)))
        def P(i, p): q = list(procs); q[i] = p; return (q[0], q[1])
        def write(label, op, yes, i):
            r, ok = do(redis, op)
            h = hist
            if r != redis and r not in hist and fl and 'rollback' in kinds: h = tuple(sorted(hist + (r,), key=repr))
            add(label + ('' if ok else ': refused'), redis=r, hist=h, procs=P(i, yes if ok else None))
            if ok and fl and 'late' in kinds and dup is None:
                add(label + ', the reply is lost, a copy of the command stays behind', redis=r, hist=h, procs=P(i, yes), dup=op, fl=fl - 1)
        def send(label, i, e, x, nxt):
            if fence and e < ep: add(f'{"PQ"[i]} is fenced', procs=P(i, None)); return
            k, o, f = x
            last = [y for y in log if y[0] == k][-1:]
            msg = None
            if last and o <= last[0][1]: msg = f'scores goes back: {k}@{o} after {k}@{last[0][1]}'
            elif k != '#' and f != upto(k, o + 1): msg = f'scores: {k}@{o} holds {f}, the fold is {upto(k, o + 1)}'
            elif k == '#':
                for kk in want:
                    l2 = [y for y in log if y[0] == kk][-1:]
                    if upto(kk, o) and (not l2 or l2[0][2][:len(upto(kk, o))] != upto(kk, o)): msg = f'mark @{o} before {kk} {upto(kk, o)} is out'
            add(label, log=log + (x,), procs=P(i, nxt), bad=msg)
        def take(s, i, t, e, E):
            # reading the position is itself a write of the stamp: a late copy of the claim no longer fits
            r = (up(t),) + redis[1:]
            h = tuple(sorted(set(hist) | {r}, key=repr)) if fl and 'rollback' in kinds else hist
            out.append(taken((r, h) + s[2:], i, up(t), e, E, redis[1], redis[2], redis[3], False))
        lv = [i for i in (0, 1) if procs[i]]
        for i in (0, 1):
            p = procs[i]; me = 'PQ'[i]
            if p is None:
                if lv and not ('takeover' in kinds and fl): continue
                if not lv and i and procs[0] is None: continue
                add(f'{me} becomes owner' + (' (rival is paused)' if lv else ''), procs=P(i, ('tok',)), fl=fl - bool(lv)); continue
            ph = p[0]
            if fl and 'crash' in kinds and ph in ('send', 'cas', 'ren', 'rw', 'aw', 'zero'): add(f'{me} crashes', procs=P(i, None), fl=fl - 1)
            if ph == 'tok':
                used = [x[0][0] for x in hist] + ([redis[0][0]] if redis else []) + [q[1][0] for q in procs if q and len(q) > 1] + ([dup[2][0]] if dup else [])
                t = (max(used + [0]) + 1, 0)
                write(f'{me} claims Redis, token {t[0]}', ('claim', None, t), ('fence', t), i)
            elif ph == 'fence': add(f'{me} fences, epoch {ep + 1}', ep=ep + 1, procs=P(i, ('ends', p[1], ep + 1)))
            elif ph == 'ends': add(f'{me} reads the end of scores: {len(log)}', procs=P(i, ('read', p[1], p[2], len(log))))
            elif ph == 'read':
                _, t, e, E = p
                if redis is None or (redis[0] != t if stamp else stamp is False and redis[0][0] != t[0]): add(f'{me} lost its claim', procs=P(i, None))
                elif redis[1] is None: add(f'{me} must rebuild', procs=P(i, ('wipe', t, e, E)))
                else: take(s, i, t, e, E)
            elif ph == 'wipe': write(f'{me} wipes', ('wipe', p[1], up(p[1])), ('again', up(p[1])) + p[2:], i)
            elif ph == 'again': out.append(taken(s, i, p[1], p[2], p[3], None, 0, (), True))
            elif ph == 'aw':
                _, t, ks, o = p
                write(f'{me} writes keys taken from scores', ('write', t, up(t), ks), (o[0], up(t)) + o[2:], i)
            elif ph == 'zero':
                _, t, e, annc, doneA, E, nxt, keys = p
                write(f'{me} commits next={nxt}', ('commit', t, up(t), (), None, nxt, E), ('idle', up(t), e, annc, doneA, E, nxt, keys), i)
            elif ph == 'idle':
                _, t, e, annc, doneA, E, base, keys = p
                good = redis is not None and (redis[0] == t if stamp else (redis[0][0], redis[1]) == (t[0], base))
                rk = redis[3] if redis else ()
                stop = next((c for c in ctl if c >= base), END)
                if base in ctl:
                    # a model change: all keys, from Redis where they are not in memory
                    views = [(keys, '')]
                    if rk != keys and (scan == 'blind' or scan == 'checked' and good): views.append((rk, ', keys scanned anew'))
                    for ks, note in views:
                        d = dict(ks)
                        todo = tuple(k for k in sorted(d) if k != '#' and d[k][0] < base) if d.get('#', (-1,))[0] < base else ()
                        done = d.get('#', (-1,))[0] >= base
                        add(f'{me} renews all keys @{base}{note}', procs=P(i, ('ren', t, e, annc, doneA, E, base, ks, todo if done else todo + ('#',))))
                    continue
                for b in range(base + 1, stop + 1):
                    views = [(keys, '')]
                    if rk != keys and (lazy == 'blind' or lazy == 'checked' and good): views.append((rk, ', keys read anew'))
                    for ks, note in views:
                        k2, outs = fold(ks, base, b)
                        if known in ('annc', 'open'): outs = tuple(x for x in outs if x[1] > annc or x[1] == annc and (known == 'open' or x[0] not in doneA))
                        w = dict(ks)
                        nx = ('cas', t, e, annc, doneA, E, base, b, k2, tuple((k, v) for k, v in k2 if w.get(k) != v))
                        add(f'{me} folds [{base},{b}){note}', procs=P(i, ('send', t, e, outs, nx) if outs else nx))
            elif ph == 'send':
                _, t, e, outs, nx = p
                nx = nx[:5] + (len(log) + 1,) + nx[6:]
                send(f'{me} publishes {outs[0][0]}@{outs[0][1]}', i, e, outs[0], ('send', t, e, outs[1:], nx) if outs[1:] else nx)
            elif ph == 'cas':
                _, t, e, annc, doneA, E, base, b, keys, dirty = p
                write(f'{me} commits next={b}', ('commit', t, up(t), dirty, base, b, E), ('idle', up(t), e, annc, doneA, E, b, keys), i)
            elif ph == 'ren':
                _, t, e, annc, doneA, E, o, keys, todo = p
                if not todo: add(f'{me} has renewed all', procs=P(i, ('cas', t, e, annc, doneA, E, o, o + 1, keys, tuple((k, v) for k, v in keys if k == '#')))); continue
                k = todo[0]; d = dict(keys)
                d[k] = (o, d[k][1] + (o,)) if k != '#' else (o, ())
                ks = tuple(sorted(d.items()))
                mute = known in ('annc', 'open') and (o < annc or o == annc and known == 'annc' and k in doneA)
                nx = ('ren', t, e, annc, doneA, E if mute else len(log) + 1, o, ks, todo[1:])
                if k != '#': nx = ('rw', t, ((k, d[k]),), nx)
                if mute: add(f'{me} has published {k}@{o} already', procs=P(i, nx))
                else: send(f'{me} publishes {k}@{o}', i, e, (k, o, d[k][1]), nx)
            elif ph == 'rw':
                _, t, ks, nx = p
                write(f'{me} writes {ks[0][0]} renewed', ('write', t, up(t), ks), ('ren', up(t)) + nx[2:], i)
        if dup:
            r, ok = do(redis, dup)
            add(f'the copy of {dup[0]} (token {dup[2][0]}) is executed' + ('' if ok and r != redis else ': refused'), redis=r, dup=None)
        if fl and redis is not None:
            if 'flush' in kinds: add('Redis is wiped', redis=None, fl=fl - 1)
            if 'rollback' in kinds:
                for h in hist:
                    if h != redis and (h[1] or -1) <= (redis[1] if redis[1] is not None else END): add(f'Redis falls back to next={h[1]}, stamp {h[0]}', redis=h, fl=fl - 1)
        if cp:
            last = {x[0]: j for j, x in enumerate(log)}
            g = sdel
            for j, x in enumerate(log):
                if last[x[0]] != j: g |= 1 << j
            if g != sdel: add('scores is compacted', sdel=g, cp=cp - 1)
        return out
    def taken(s, i, t, e, E, nxt, T, keys, rebuild):
        redis, hist, log, sdel, ep, procs, dup, fl, cp, bad = s
        d, doneA = dict(keys), set()
        tail = live(sdel, T, E)
        top = max([log[j][1] for j in tail], default=-1)
        for j in tail:
            k, o, f = log[j]
            if o == top: doneA.add(k)
            if (rebuild or known == 'adopt') and o > d.get(k, (-1,))[0]: d[k] = (o, f)
        ks = tuple(sorted(d.items()))
        annc = top if known in ('annc', 'open') else -1
        doneA = frozenset(doneA) if annc >= 0 else frozenset()
        if nxt is None:
            R = 0 if top < 0 else next(o for o in range(END) if ACT[o][1] >= ACT[top][1] - W) if origin == 'src' else top + 1
            o = ('zero', t, e, annc, doneA, E, R, ks)
        else:
            o = ('idle', t, e, annc, doneA, E, nxt, ks)
            # 'annc' keeps the old tiers position until it is passed: the tail must be found again after a crash
            if known != 'adopt' and annc >= nxt: o = o[:5] + (T,) + o[6:]
        if ks != keys: o = ('aw', t, tuple((k, v) for k, v in ks if dict(keys).get(k) != v), o)
        pr = list(procs); pr[i] = o
        return (f'{"PQ"[i]} reads next={nxt}, scores {T}..{E}' + (f', announced {annc}' if annc >= 0 else ''), (redis, hist, log, sdel, ep, (pr[0], pr[1]), dup, fl, cp, None))
    model.rest = 0
    def bad(s):
        redis, hist, log, sdel, ep, procs, dup, fl, cp, b = s
        if b: return b
        for p in procs:
            if p and p[0] == 'idle' and p[6] == END and redis and redis[0] == p[1] and redis[1] == END and p[2] == ep:
                model.rest += 1
                d = dict(redis[3])
                for k in want:
                    if d.get(k, (0, ()))[1] != want[k]: return f'at rest {k} holds {d.get(k)}, the fold is {want[k]}'
                    l = [x for x in log if x[0] == k][-1:]
                    if not l or l[0][2] != want[k]: return f'at rest scores has {l}, the fold is {k} {want[k]}'
    init = (((0, 0), 0, 0, ()), (((0, 0), 0, 0, ()),), (), 0, 0, (None, None), None, faults, compactions, None)
    return search(init, succ, bad, secs=secs, limit=limit)
