"""network3 experiments: repeat the experiments of chapter 6 in parallel and tabulate the results.

list prints the experiments. run NAME... trains them: each run is a separate process with its own
seed and its own folder under --out, and --resume continues interrupted runs. report DIR... prints
a table of the results, and writes table.md, table.csv and table.png beside the runs. keep DIR...
copies the small files that the table is computed from to --out. With --scheduler tcp://HOST:8786
the workers of a Dask cluster do the runs; --out must have the same path on all of them (needs
joblib and Dask)."""

import math
import sys
from pathlib import Path

from network3.cli.arguments import number
from network3.cli.plot import save
from network3.data.files import replace

EXAMPLES = (
    "network3 experiments list",
    "network3 experiments run shallow basic_conv --runs 3 --jobs 2 --out runs",
    "network3 experiments run dbl_conv --set lmbda=0,0.1,1 --out sweep",
    "network3 experiments report runs",
    "network3 experiments keep runs --out results",
)
RUNS = "runs"


def add_arguments(parser):
    add = parser.add_argument
    add("action", choices=ACTIONS, help="what to do")
    add("names", nargs="*", metavar="NAME", help="experiments to run, or folders of runs")
    add("--out", metavar="DIR", help=f"the folder to write to (default: {RUNS})")
    add(
        "--runs",
        type=number(int, 1),
        default=1,
        metavar="N",
        help="number of runs of each experiment (default: 1)",
    )
    add(
        "--jobs",
        type=number(int, 1),
        metavar="N",
        help="number of runs at the same time (default: 1; on a cluster, all)",
    )
    add("--scheduler", metavar="ADDRESS", help="the scheduler of a Dask cluster to run on")
    add(
        "--seed",
        type=number(int, 0, 2**32),
        default=0,
        metavar="S",
        help="seed of the first run; each further one adds 1 (default: 0)",
    )
    add("--epochs", type=number(int, 1), metavar="N", help="epochs of a run (default: the book's)")
    add("--data", metavar="PATH", help="the data (default: MNIST)")
    add(
        "--set",
        action="append",
        default=[],
        metavar="NAME=X,...",
        help="repeat the runs for each of these values of eta or lmbda",
    )
    add("--resume", action="store_true", help="continue interrupted runs")


def run(args):
    ACTIONS[args.action](args)


def _list(args):
    from network3.nets.catalogue import EXPERIMENTS

    if args.names:
        args.parser.error("list takes no NAME")
    for name, experiment in EXPERIMENTS.items():
        book = "" if experiment.book is None else f"  {experiment.book:.2f}% in the book"
        print(f"{name:<29}{experiment.title}, {experiment.epochs} epochs{book}")


def _run(args):
    from network3.experiments import runner
    from network3.experiments.bars import watch

    if not args.names:
        args.parser.error("run needs the NAME of an experiment: network3 experiments list")
    settings = {
        key: value
        for key, value in (("epochs", args.epochs), ("data", _absolute(args.data)))
        if value is not None
    }
    out = Path(args.out or RUNS)
    planned = runner.plan(out, args.names, args.runs, args.seed, _sweep(args), **settings)
    try:
        with _runner(args, planned) as work:
            runner.prepare(planned, args.resume)
            watch(planned, work)
    except KeyboardInterrupt:
        command = args.command if args.resume else f"{args.command} --resume"
        raise KeyboardInterrupt(f"Interrupted; to continue: {command}") from None
    if work.failed:
        logs = ", ".join(str(run.folder / runner.LOG) for run in work.failed)
        raise OSError(f"{len(work.failed)} of {len(planned)} runs failed: see {logs}")
    _write(out, [out])


def _runner(args, planned):
    from network3.experiments.runner import Runner

    if args.scheduler is None:
        return Runner(planned, args.jobs or 1)
    from network3.experiments.cluster import Cluster

    return Cluster(planned, args.scheduler, args.jobs)


def _report(args):
    folders = [Path(name) for name in args.names or [args.out or RUNS]]
    _write(Path(args.out or folders[0]), folders)


def _write(out, folders):
    from network3.experiments import report

    found = report.rows(*folders)
    text = report.markdown(found)
    out.mkdir(parents=True, exist_ok=True)
    replace(out / "table.md", text.encode())
    report.write_csv(found, out / "table.csv")
    try:
        from network3.experiments.picture import picture
    except ImportError as error:
        print(f"There is no table.png: {error}", file=sys.stderr)
    else:
        save(picture(found), out / "table.png")
    print(text, end="")


def _keep(args):
    from network3.experiments.keep import keep

    if not args.names or args.out is None:
        args.parser.error("keep needs the folder of the runs, and --out DIR to copy them to")
    for name in args.names:
        print(f"{keep(Path(name), Path(args.out))} runs of {name} are kept in {args.out}.")


def _absolute(path):
    """Make a path absolute if it exists; otherwise `load_data_shared` may find it elsewhere."""
    return str(Path(path).absolute()) if path and Path(path).exists() else path


def _sweep(args):
    """Parse all options ``--set NAME=X,...`` into {name: values}."""
    sweep = {}
    for text in args.set:
        name, _, values = text.partition("=")
        if name in sweep:
            args.parser.error(
                f"--set {name}=... is given twice: give all values at once, --set {name}=X,Y,..."
            )
        try:
            sweep[name] = [float(value) for value in values.split(",")]
        except ValueError:
            args.parser.error(f"--set {text!r} must be NAME=X,... with numbers")
        if name not in ("eta", "lmbda"):
            args.parser.error(f"--set {text!r}: only eta and lmbda can be set")
        if not all(0 <= value < math.inf for value in sweep[name]):
            args.parser.error(f"--set {text!r}: values must be 0 or more, and finite")
    return sweep


ACTIONS = {"list": _list, "run": _run, "report": _report, "keep": _keep}
