"""The small files of runs that their table follows from, kept apart from nets and checkpoints."""

from pathlib import Path

from network3.experiments.report import PREDICTIONS
from network3.experiments.run import DONE, HISTORY, RUN, read_json
from network3.storage.files import replace


def keep(folder: Path, out: Path) -> int:
    """Copies what the table needs of all runs under a folder: what was to be done and the history,
    and of those that are done the predictions and what made them.

    A run that is kept already is brought up to date; one that is kept as done stays as it is.

    Returns
    -------
    the number of runs

    Raises
    ------
    ValueError
        Where there are no runs, or one is damaged.
    FileExistsError
        Where another run is kept under the same name; nothing is copied then.
    """
    runs = [file.parent for file in sorted(folder.glob(f"*/*/{RUN}"))]
    if not runs:
        raise ValueError(f"{folder} has no runs: network3 experiments run ... --out makes some")
    pairs = [(run, out / run.relative_to(folder)) for run in runs]
    for run, kept in pairs:
        if (kept / RUN).exists() and _settings(kept) != _settings(run):
            raise FileExistsError(
                f"{kept} has another run, {_settings(kept)} and not {_settings(run)}: choose "
                f"another folder, or take that run away"
            )
    for run, kept in pairs:
        if not (kept / DONE).exists():
            _copy(run, kept)
    return len(runs)


def _copy(run, kept):
    kept.mkdir(parents=True, exist_ok=True)
    # What makes it done comes last, so that it is there only with the rest.
    done = (PREDICTIONS, DONE) if (run / DONE).exists() else ()
    for name in (RUN, HISTORY, *done):
        if (run / name).exists():
            replace(kept / name, (run / name).read_bytes())


def _settings(run):
    return read_json(run / RUN)
