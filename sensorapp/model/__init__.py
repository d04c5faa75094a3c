"""Values that cross a package border: frozen, typed, without behaviour beyond their own fields."""
