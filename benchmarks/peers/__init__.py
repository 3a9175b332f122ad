"""Programs that train the networks, with network3 and its peers, for contenders.py."""
