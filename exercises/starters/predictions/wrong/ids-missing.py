# mistake: ids-missing
def spoil(content):
    """Leave out the last batch, which was not full."""
    header, *rows = content.splitlines()
    return "\n".join([header, *rows[: len(rows) // 64 * 64]])
