import numpy as np
import pytest

from graders.expect import expect_close

X = np.array([-2.0, -0.5, 0.0, 1.5])


@pytest.mark.points(1)
@pytest.mark.title(fr="Les fonctions de l’exemple", en="The functions of the example")
@pytest.mark.hint(
    fr="Un nombre positif ne change pas ; un négatif devient 0, ou slope fois lui-même.",
    en="A positive number does not change; a negative one becomes 0, or slope times itself.",
)
def test_the_functions_of_the_example(student):
    expect_close(student.relu(X), np.array([0, 0, 0, 1.5]))
    expect_close(student.leaky_relu(X, slope=0.1), np.array([-0.2, -0.05, 0, 1.5]))


@pytest.mark.points(1)
@pytest.mark.title(fr="Les dérivées de l’exemple", en="The derivatives of the example")
@pytest.mark.hint(
    fr="La dérivée est la pente de la courbe : 1 à droite de zéro, 0 ou slope à gauche.",
    en="The derivative is the slope of the curve: 1 right of zero, 0 or slope left of it.",
)
def test_the_derivatives_of_the_example(student):
    expect_close(student.relu_derivative(X), np.array([0, 0, 0, 1]))
    expect_close(student.leaky_relu_derivative(X, slope=0.1), np.array([0.1, 0.1, 0.1, 1]))
