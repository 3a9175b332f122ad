"""What trains the nets: network3 and its peers, each a program that `contenders.py` talks to."""
