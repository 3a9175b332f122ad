"""Show a page on this machine."""

import os
import threading
import webbrowser
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PORT = 8000  # if it is free


class Handler(SimpleHTTPRequestHandler):
    # Not those of the system, which Windows keeps in its registry.
    extensions_map = {
        "": "application/octet-stream",
        ".css": "text/css",
        ".html": "text/html",
        ".js": "text/javascript",
        ".json": "application/json",
        ".mjs": "text/javascript",
        ".svg": "image/svg+xml",
        ".txt": "text/plain",
        ".wasm": "application/wasm",
    }

    def end_headers(self):
        # The next page at this address has other networks in files of the same names.
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, *arguments):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    # On Windows another process could then use the same port.
    allow_reuse_address = os.name == "posix"

    def handle_error(self, request, client_address):
        pass  # the browser has closed the connection


def server(folder: Path) -> Server:
    """Return a server of a folder on the loopback address, on port 8000 or another free one."""
    handler = partial(Handler, directory=str(folder))
    try:
        return Server(("127.0.0.1", PORT), handler)
    except OSError:
        return Server(("127.0.0.1", 0), handler)


def serve(folder: Path) -> None:
    """Serve the folder, and open it in the browser, until Ctrl-C or SIGTERM."""
    with server(folder) as found:
        address = f"http://127.0.0.1:{found.server_port}/"
        print(f"The page is at {address} until you press Ctrl-C.", flush=True)
        # A browser in the terminal would keep this thread.
        threading.Thread(target=webbrowser.open, args=[address], daemon=True).start()
        try:
            found.serve_forever(poll_interval=0.1)
        except KeyboardInterrupt:
            print()
