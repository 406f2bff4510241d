# mistake: classes-for-probabilities
def spoil(content):
    """Compare each probability with one half."""
    header, *rows = content.splitlines()
    pairs = [row.split(",") for row in rows]
    return "\n".join([header, *(f"{name},{int(float(value) > 0.5)}" for name, value in pairs)])
