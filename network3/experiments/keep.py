"""Copy the small files of runs that their table is computed from."""

from pathlib import Path

from network3.data.files import replace
from network3.experiments.report import PREDICTIONS
from network3.experiments.run import DONE, HISTORY, RUN, read_json


def keep(folder: Path, out: Path) -> int:
    """Copy the files that the table needs, for all runs under a folder.

    These are run.json and history.json; if a run is done, also predictions.npz and done.json. A
    copy is updated, unless it is of a run that was done.

    Returns
    -------
    int
        The number of runs.

    Raises
    ------
    ValueError
        If there are no runs, or the files of one are damaged.
    FileExistsError
        If `out` has another run under the same name; nothing is copied then.
    """
    runs = [file.parent for file in sorted(folder.glob(f"*/*/{RUN}"))]
    if not runs:
        raise ValueError(f"{folder} has no runs: start some with network3 experiments run")
    pairs = [(run, out / run.relative_to(folder)) for run in runs]
    for run, kept in pairs:
        if (kept / RUN).exists() and _settings(kept) != _settings(run):
            raise FileExistsError(
                f"{kept} has another run, {_settings(kept)} and not {_settings(run)}: choose "
                f"another folder, or remove that run"
            )
    for run, kept in pairs:
        if not (kept / DONE).exists():
            _copy(run, kept)
    return len(runs)


def _copy(run, kept):
    kept.mkdir(parents=True, exist_ok=True)
    # done.json comes last, so that it exists only together with the other files.
    done = (PREDICTIONS, DONE) if (run / DONE).exists() else ()
    for name in (RUN, HISTORY, *done):
        if (run / name).exists():
            replace(kept / name, (run / name).read_bytes())


def _settings(run):
    return read_json(run / RUN)
