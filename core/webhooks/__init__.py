"""Telling other programs what happened, signed, for days if need be; never what anybody said."""
