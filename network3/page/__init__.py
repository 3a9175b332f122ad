"""A web page, for any static host, on which networks compute in the browser.

`runtime` downloads ONNX Runtime Web, which computes there; `writing` writes the page; `serving`
shows it on this machine. The folder `site` has the page's own files. It shows what the widgets of a
notebook show, with their file `looking.js`.
"""
