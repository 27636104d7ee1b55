"""Help where it is needed: what is this, the glossary, and the welcome of a first start."""
