"""How fast kedge is, against the writing of the same bytes and against templates."""
