# mistake: ids-twice
def spoil(content):
    """Hand in the predictions of two views of each image, one after the other."""
    header, *rows = content.splitlines()
    return "\n".join([header, *rows, *rows])
