"""Where attention goes: what each token adds to a layer, in numbers that can be compared."""
