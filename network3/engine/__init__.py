"""How graphs are compiled and run: the backend, its linkers, threads, interrupts, mini-batches."""
