"""A world without radio: a synthetic wearer, a virtual sensor and the air between them."""
