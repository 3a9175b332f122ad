"""Execute notebooks and replace their outputs: `python notebooks/execute.py [NOTEBOOK ...]`.

Without arguments it executes all of this folder. A widget needs the kernel that made it, so only
its still picture is stored, which every page can show.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent
WIDGET = "application/vnd.jupyter.widget-view+json"


def main(paths):
    for path in paths:
        print(path, flush=True)
        notebook = nbformat.read(path, as_version=4)
        metadata = notebook.metadata.copy()
        NotebookClient(
            notebook,
            timeout=None,
            coalesce_streams=True,
            record_timing=False,
            store_widget_state=False,
            resources={"metadata": {"path": path.parent}},
        ).execute()
        for cell in notebook.cells:
            for output in cell.get("outputs", []):
                output.get("data", {}).pop(WIDGET, None)
        notebook.metadata = metadata
        nbformat.write(notebook, path)


if __name__ == "__main__":
    main([Path(path) for path in sys.argv[1:]] or sorted(HERE.glob("*.ipynb")))
