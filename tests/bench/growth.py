#!/usr/bin/env python3
"""How time and memory grow with the number of services: platform.rzp in several sizes, as a table and as a picture.

usage: growth.py [--rzp target/release/rzp] [--sizes 100,1000,10000] [--runs 3] [--picture docs/growth.svg]

Time is of the processor, user and system together, the best of the runs; memory is the most that the process held. The picture
needs matplotlib (`pip install matplotlib`); without --picture there is the table alone. A run of 10,000 services takes minutes,
and gigabytes.
"""
import argparse, os, pathlib, sys, tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "tests" / "bench" / "platform.rzp"
SIZES = (100, 200, 500, 1000, 2000, 5000, 10000)


def run(rzp, services, out):
    """Seconds of the processor and bytes of memory of one run, whose output goes to the file `out`."""
    command = [rzp, "eval", "--max-steps", str(10**10), "--max-memory", "64Gi", "--input", f"services={services}", str(PROGRAM)]
    to_file = (os.POSIX_SPAWN_OPEN, 1, out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    pid = os.posix_spawnp(command[0], command, os.environ, file_actions=[to_file])
    _, status, used = os.wait4(pid, 0)
    if status:
        sys.exit(f"{' '.join(command)} ends with {os.waitstatus_to_exitcode(status)}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss * 1024


def measure(rzp, sizes, runs):
    """Of each size: seconds, bytes of memory, bytes of output."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="rzp-growth-") as folder:
        out = os.path.join(folder, "out.json")
        for services in sizes:
            found = [run(rzp, services, out) for _ in range(runs)]
            rows.append((services, min(time for time, _ in found), min(memory for _, memory in found), os.path.getsize(out)))
    return rows


def table(rows):
    lines = ["| services | processor | for each | memory | output | memory / output |", "|---:|---:|---:|---:|---:|---:|"]
    for services, time, memory, size in rows:
        each = 1000 * time / services
        lines.append(
            f"| {services:,} | {time:.2f} s | {each:.1f} ms | {memory / 1e6:,.0f} MB | {size / 1e6:.1f} MB | {memory / size:.1f} |"
        )
    return "\n".join(lines)


def draw(rows, path):
    """Both curves on logarithmic axes, each beside the line that it would follow if it grew with the services."""
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plot

    plot.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "growth", "font.family": "sans-serif", "font.size": 10})
    figure, axes = plot.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    services = [row[0] for row in rows]
    of_size = {"processor, seconds": [row[1] for row in rows], "memory, megabytes": [row[2] / 1e6 for row in rows]}
    for axis, (name, values) in zip(axes, of_size.items()):
        axis.loglog(services, [values[0] * n / services[0] for n in services], ":", color="#888888", label="in proportion")
        axis.loglog(services, values, "o-", color="#2f6fb0", label="rzp")
        axis.set(xlabel="services", title=name)
        axis.grid(True, which="major", alpha=0.3)
        axis.legend(frameon=False)
    figure.savefig(path, metadata={"Date": None})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rzp", default="target/release/rzp")
    parser.add_argument("--sizes", type=lambda text: [int(size) for size in text.split(",")], default=list(SIZES))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--picture", help="where the curves go, as SVG")
    args = parser.parse_args()
    rows = measure(os.path.abspath(args.rzp), args.sizes, args.runs)
    print(table(rows))
    if args.picture:
        draw(rows, args.picture)


if __name__ == "__main__":
    main()
