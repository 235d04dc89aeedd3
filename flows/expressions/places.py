"""Where in a template a value stands, as a person would write it: `lines[2].cost`."""

# The place above it, None at the top, and the name of a field or the number of an element. A bare tuple, for every
# value of a large list has one; it is written out only when it is to be read.
Place = tuple["Place | None", str | int]


def written(place: Place) -> str:
    return _written(place, None)


def pattern(place: Place) -> str:
    """The same for every element of a list: `lines[].cost`."""
    return _written(place, "")


def _written(place: Place, number: str | None) -> str:
    above, step = place
    if above is None:
        return str(step)
    before = _written(above, number)
    if isinstance(step, int):
        return f"{before}[{step if number is None else number}]"
    if not step.replace("$", "_").isidentifier():
        return f'{before}["{step}"]'
    return f"{before}.{step}" if before else step
