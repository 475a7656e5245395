"""Everything that talks to the outside; vendor errors stop here."""
