"""`python -m bench.disclosure [N]`: the span audit of the publication plan over N (200) random organisations."""

import sys
from time import perf_counter

from bench.organisations import live, organisation
from bench.spans import isolated

K = 5


def main(n: int) -> int:
    began, given, told, sums, leaks = perf_counter(), 0, 0, 0, list[int]()
    for seed in range(n):
        rows, person = live(organisation(seed), K)
        given, told = given + len(person), told + len({answer for row in rows for answer in row})
        sums += len(rows)
        if isolated(rows, person, K):
            leaks.append(seed)
            print(f"organisation {seed}: fewer than {K} people can be worked out")
    print(f"{n} organisations, {given:,} answers, {told:,} of them published ({told / given:.0%}), {sums:,} sums")
    print(f"organisations in which fewer than {K} people can be worked out: {len(leaks)}")
    print(f"{perf_counter() - began:.0f} s")
    return 1 if leaks else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
