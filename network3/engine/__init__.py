"""Compile and run graphs: the backend, its linkers, threads, interrupts and mini-batches."""
