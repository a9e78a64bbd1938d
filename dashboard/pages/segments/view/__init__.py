"""How the page of segments is drawn; asks nothing."""
