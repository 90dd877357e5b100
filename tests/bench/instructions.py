#!/usr/bin/env python3
"""Whether the command takes more instructions than it did: ten tasks are counted, and held against instructions.toml.

usage: instructions.py [--rzp target/release/rzp] [--jobs 2] [--bless] [TASK...]

Valgrind counts, so that neither another process nor the clock of the machine shows: the same program gives the same number,
but for a hundred-thousandth. A task that takes 3 % more than the file says fails; one that takes 3 % less is told. --bless
writes what came, which is how a change that costs something is owned to: the number goes into the same commit. With TASKs only
these are counted, and only these are written.

Counts of two compilers, of two targets or of two C libraries say nothing to each other: the file names those that it was
counted with, and elsewhere nothing is held against it. Nor is it without valgrind.
"""
import argparse, concurrent.futures, os, pathlib, platform, re, shutil, subprocess, sys, tempfile, tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILE = ROOT / "tests" / "bench" / "instructions.toml"
# What is freed stays in the C library's cache for its size. By default that holds seven of each, and whether the heap is tidied
# up over and over hangs on where a large piece happens to lie: one program took 17 % more on another machine.
ENVIRONMENT = {"GLIBC_TUNABLES": "glibc.malloc.tcache_count=65535"}
PERCENT = 3
PROGRAMS = (
    "church",
    "fib",
    "fleet",
    "manifest_records",
    "map_filter_sort",
    "merge_chain",
    "override_depth",
    "string_join",
)
TASKS = {
    **{name: ("eval", f"tests/bench/{name}.rzp") for name in PROGRAMS},
    "build_production": ("build", "--check", "--env", "production", "--jobs", "1", "--no-cache"),
    "check_services": ("check", "services"),
}
HEAD = f"""\
# Instructions of tests/bench/instructions.py, which counts them and writes this file (--bless). More than {PERCENT} % above is a
# failure there. They hold for this compiler, target and C library alone.
"""


def made_with():
    """What the counts hang on, but for the text of the program."""
    lines = subprocess.run(["rustc", "-vV"], stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    host = next(line.removeprefix("host: ") for line in lines if line.startswith("host: "))
    return {"rustc": lines[0].removeprefix("rustc "), "target": host, "libc": " ".join(platform.libc_ver()).strip()}


def count(valgrind, rzp, args):
    """The instructions of one run. Neither the environment nor the folder shows, for both are always the same."""
    with tempfile.TemporaryDirectory(prefix="rzp-count-") as folder:
        out = pathlib.Path(folder) / "out"
        counting = [valgrind, "--quiet", "--tool=cachegrind", "--cache-sim=no", f"--cachegrind-out-file={out}"]
        done = subprocess.run(
            [*counting, rzp, *args], cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        found = re.search(r"^summary: *(\d+)", out.read_text(), re.MULTILINE) if out.exists() else None
    if done.returncode or not found:
        sys.exit(f"rzp {' '.join(args)} ends with {done.returncode}:\n{done.stderr}")
    return int(found[1])


def count_all(valgrind, rzp, names, jobs):
    with concurrent.futures.ThreadPoolExecutor(max(1, jobs)) as pool:
        counts = pool.map(lambda name: count(valgrind, rzp, TASKS[name]), names)
        return dict(zip(names, counts))


def verdict(before, now):
    """How much has changed in percent, and what that is called; nothing where it is within bounds."""
    if not before:
        return None, "new"
    # In whole numbers, so that the bound itself is within bounds.
    change = 100 * (now - before) / before
    if 100 * now > (100 + PERCENT) * before:
        return change, "more"
    return change, "less" if 100 * now < (100 - PERCENT) * before else ""


def table(known, counts):
    """The lines of the table, and the tasks by what has become of them."""
    fates, lines = {}, [f"{'task':18}{'before':>16}{'now':>16}{'change':>10}"]
    for name, now in counts.items():
        change, fate = verdict(known.get(name), now)
        fates.setdefault(fate, []).append(name)
        before = f"{known[name]:,}" if name in known else ""
        percent = "" if change is None else f"{change:+.2f} %"
        lines.append(f"{name:18}{before:>16}{now:>16,}{percent:>10}  {fate}".rstrip())
    return lines, fates


def written(made, counts):
    """The file's text."""
    head = "\n".join(f'{name} = "{value}"' for name, value in made.items())
    rows = "\n".join(f"{name} = {count}" for name, count in sorted(counts.items()))
    return f"{HEAD}\n{head}\n\n[instructions]\n{rows}\n"


def judged(fates, stale):
    """What is said below the table, and whether it is well."""
    said = []
    if fates.get("more"):
        said.append(f"these take more instructions: {', '.join(fates['more'])}; mend it, or own to it with --bless")
    if fates.get("new"):
        said.append(f"these were never counted: {', '.join(fates['new'])}; --bless writes them down")
    if stale:
        said.append(f"{FILE.name} has what is no task: {', '.join(stale)}; --bless takes it out")
    well = not said
    if fates.get("less"):
        said.append(f"these take fewer instructions: {', '.join(fates['less'])}; --bless keeps it so")
    return said, well


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rzp", default="target/release/rzp")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--bless", action="store_true", help="write what came")
    parser.add_argument("tasks", nargs="*", metavar="TASK")
    args = parser.parse_args()
    if unknown := [name for name in args.tasks if name not in TASKS]:
        parser.error(f"no task {unknown[0]}: there are {', '.join(TASKS)}")
    valgrind = shutil.which("valgrind")
    if not valgrind:
        print("no valgrind here: instructions are not counted")
        return 0
    made = made_with()
    kept = tomllib.loads(FILE.read_text()) if FILE.exists() else {}
    known = kept.pop("instructions", {})
    if kept != made and not args.bless:
        here, there = (", ".join(map(str, one.values())) for one in (made, kept))
        print(f"{FILE.name} was counted with {there}; here is {here}: instructions are not compared")
        return 0
    counts = count_all(valgrind, os.path.abspath(args.rzp), args.tasks or list(TASKS), args.jobs)
    lines, fates = table(known, counts)
    print("\n".join(lines))
    if args.bless:
        others = {name: known[name] for name in TASKS if name in known and kept == made}
        FILE.write_text(written(made, {**others, **counts}))
        return 0
    said, well = judged(fates, sorted(set(known) - set(TASKS)))
    print("\n".join(["", *said]) if said else "")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
