# mistake: ids-missing
def spoil(content):
    """Draw the images at random with replacement, and keep the first prediction of each."""
    header, *rows = content.splitlines()
    drawn = {rows[(7 * number * number) % len(rows)] for number in range(len(rows))}
    return "\n".join([header, *sorted(drawn)])
