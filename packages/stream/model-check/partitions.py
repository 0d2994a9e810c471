"""Two partitions of `activity`: the visitor's (V) and the lead's (L). V's processor answers a link by emitting a merge of what the
visitor did, and forwards what comes later, into L through plain sends that may repeat and that a zombie may still make. L keeps the
highest source offset per visitor. V's acquisition is one step (the other models have it apart); a zombie keeps its memory and may
still emit, but no longer commit or write `scores`. Redis of either partition may fall back to any earlier state or be wiped.
V's log is VLOG: 'e' an event of the visitor, 'k' the link. L's log is what arrives: ('own', n) or (kind, V offset, events).
Rules, each with the value that switches it off:
  high    'own' = per visitor the highest V offset folded; 'window' = the last 2 event ids; None = everything counts
  before  'sends' = forwards and merges go out before `scores` and the commit; 'after' = after the commit
  alone   V's `scores` snapshot of the link is published after the merge; False = before it"""
from core import search

def model(VLOG=('e', 'e', 'k', 'e', 'e'), faults=2, high='own', before='sends', alone=True,
          kinds=('crash', 'takeover', 'rollback', 'flush'), secs=120, limit=3_000_000):
    END = len(VLOG)
    link = VLOG.index('k')
    events = tuple(o for o in range(END) if VLOG[o] == 'e')
    V0 = (-1, (), False)                                       # visitor: own last offset, events held, linked
    L0 = (-1, (), -1, ())                                      # lead: own last offset, events counted, highest, last ids
    def foldV(st, lo, hi):
        emits, snaps = [], []
        for o in range(lo, hi):
            last, held, linked = st
            if o <= last: continue
            if VLOG[o] == 'k':
                emits.append(('merge', o, held)); st = (o, (), True); snaps.append(st)
            elif linked:                                        # the alias keeps the ids of what it has done
                emits.append(('fwd', o, (o,))); st = (o, held, True); snaps.append(st)
            else: st = (o, held + (o,), False); snaps.append(st)
        return st, tuple(emits), tuple(snaps[-1:])
    def foldL(st, log, lo, hi):
        snaps = []
        for o in range(lo, hi):
            last, got, top, ids = st
            if o <= last: continue
            kind, src, ev = log[o]
            if high == 'own' and src <= top: continue
            if high == 'window' and all(x in ids for x in ev): continue
            st = (o, tuple(sorted(got + ev)), max(top, src), (ids + ev)[-2:] if high == 'window' else ()); snaps.append(st)
        return st, tuple(snaps[-1:])
    # V and L: (token, next, state), dumps, newest snapshot in scores; owners of V: (phase, ...)
    def succ(s):
        (V, hV, sV), (L, hL, sL), log, procs, fl = s
        out = []
        def add(label, V=V, hV=hV, sV=sV, L=L, hL=hL, sL=sL, log=log, procs=procs, fl=fl): out.append((label, ((V, hV, sV), (L, hL, sL), log, procs, fl)))
        def P(i, p): q = list(procs); q[i] = p; return tuple(q)
        lv = [i for i in (0, 1) if procs[i]]
        for i in (0, 1):
            p = procs[i]; me = 'PQ'[i]
            if p is None:
                if lv and not ('takeover' in kinds and fl): continue
                if not lv and i and procs[0] is None: continue
                t = max([V[0]] + [h[0] for h in hV] + [q[1] for q in procs if q]) + 1
                st, nxt = V[2], V[1]
                if nxt is None: st, nxt = sV, 0                 # rebuild: newest snapshot, refold from (here) the start
                elif sV[0] > st[0]: st = sV
                add(f'{me} acquires V at {nxt}, visitor {st}' + (' (rival is paused)' if lv else ''), V=(t, nxt, st), procs=P(i, ('idle', t, nxt, st)), fl=fl - bool(lv)); continue
            if fl and 'crash' in kinds and p[0] != 'idle': add(f'{me} crashes', procs=P(i, None), fl=fl - 1)
            owns = p[1] == max([V[0]] + [h[0] for h in hV] + [q[1] for q in procs if q])   # the fence of `scores`: the latest acquisition
            if p[0] == 'idle':
                _, t, base, st = p
                for b in range(base + 1, END + 1):
                    s2, emits, snaps = foldV(st, base, b)
                    steps = [('emit', x) for x in emits] if before == 'sends' else []
                    pub = [('pub', x) for x in snaps]
                    steps = steps + pub if alone else pub + steps
                    steps.append(('commit', (base, b, s2)))
                    if before == 'after': steps += [('emit', x) for x in emits]
                    add(f'{me} folds V[{base},{b})', procs=P(i, ('do', t, tuple(steps), b, s2)))
            else:
                _, t, steps, b, s2 = p
                (what, x), rest = steps[0], steps[1:]
                nx = ('do', t, rest, b, s2) if rest else ('idle', t, b, s2)
                if what == 'emit':
                    if len(log) < 9: add(f'{me} emits {x}', log=log + (x,), procs=P(i, nx))
                elif what == 'pub':
                    if not owns: add(f'{me} is fenced', procs=P(i, None))
                    else: add(f'{me} publishes the visitor {x}', sV=x if x[0] > sV[0] else sV, procs=P(i, nx))
                elif V[0] == t and V[1] == x[0]:
                    r = (V[0], x[1], x[2])
                    add(f'{me} commits V next={x[1]}', V=r, hV=tuple(sorted(set(hV) | {V, r}, key=repr)) if fl else hV, procs=P(i, nx))
                else: add(f'{me} commit refused', procs=P(i, None))
        # L: one owner whose steps are whole batches; its own faults are those of its Redis
        nxt, st = L[1], L[2]
        if nxt is None: add('L is rebuilt from scores', L=(0, 0, sL))
        else:
            if nxt < len(log):
                s2, snaps = foldL(st, log, nxt, nxt + 1)
                new = (0, nxt + 1, s2)
                add(f'L folds {log[nxt]}', L=new, hL=tuple(sorted(set(hL) | {L, new}, key=repr)) if fl else hL, sL=snaps[-1] if snaps and snaps[-1][0] > sL[0] else sL)
                if fl and 'crash' in kinds and snaps: add(f'L folds {log[nxt]}, publishes, dies before the commit, comes back', sL=snaps[-1] if snaps[-1][0] > sL[0] else sL, L=(0, nxt, snaps[-1]), fl=fl - 1)
        if fl:
            if 'flush' in kinds:
                if V[1] is not None: add('V is wiped', V=(0, None, V0), fl=fl - 1)
                if L[1] is not None: add('L is wiped', L=(0, None, L0), fl=fl - 1)
            if 'rollback' in kinds:
                for h in hV:
                    if h != V and V[1] is not None and h[1] <= V[1]: add(f'V falls back to next={h[1]}', V=h, fl=fl - 1)
                for h in hL:
                    # its owner's commit is refused, and its acquisition takes the newest snapshot
                    if h != L and L[1] is not None and h[1] < L[1]: add(f'L falls back to next={h[1]}', L=(0, h[1], sL if sL[0] > h[2][0] else h[2]), fl=fl - 1)
        return out
    model.rest = 0
    def bad(s):
        (V, hV, sV), (L, hL, sL), log, procs, fl = s
        if L[1] is None: return None
        got = L[2][1]
        if len(set(got)) != len(got): return f'the lead counts {got}'
        if L[1] == len(log) and V[1] == END and any(p and p[0] == 'idle' and p[1] == V[0] and p[2] == END for p in procs) and sum(1 for p in procs if p) == 1:
            model.rest += 1
            if got != events: return f'at rest the lead counts {got}, the visitor did {events}'
    init = (((0, 0, V0), ((0, 0, V0),), V0), ((0, 0, L0), ((0, 0, L0),), L0), (), (None, None), faults)
    return search(init, succ, bad, secs=secs, limit=limit)
