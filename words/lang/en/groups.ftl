# Favourites and categories.
groups-favourites = Favourites
