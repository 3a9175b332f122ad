"""Plain NumPy: the definition of every operator, the judge of the fast kernels, and what runs where
nothing can be compiled."""
