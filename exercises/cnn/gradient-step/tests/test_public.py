import numpy as np
import pytest

from graders.expect import expect, expect_close, expect_number
from graders.report import Text

IMAGES = np.array([[[1.0, 2.0, 0.0], [0.0, 1.0, 3.0]]])
TARGETS = np.array([[[3.0, -1.0]]])
KERNEL = np.array([[1.0, 0.0], [0.0, -1.0]])
KERNEL_SLOPE = np.array([[0.0, -4.0], [1.0, 1.0]])


def pair(answer):
    """Return the answer, which must be of two things."""
    expect(
        isinstance(answer, list | tuple) and len(answer) == 2,
        fr="attendu\u00a0: un couple, return kernel_part, bias_part",
        en="expected a pair: return kernel_part, bias_part",
    )
    return answer


@pytest.mark.points(1)
@pytest.mark.title(fr="L’exemple : perte et gradient", en="The example: loss and gradient")
@pytest.mark.hint(
    fr="Refaites le calcul de l’énoncé à la main : E, puis sa moyenne des carrés, puis les sommes.",
    en="Redo the statement's sum by hand: E, then the mean of its squares, then the sums.",
)
def test_the_example_loss_and_gradient(student):
    found = expect_number(
        student.loss(IMAGES, TARGETS, KERNEL, 1.0), name=Text(fr="la perte", en="the loss")
    )
    expect_close(found, 2.5, name=Text(fr="la perte", en="the loss"))
    kernel_slope, bias_slope = pair(student.gradients(IMAGES, TARGETS, KERNEL, 1.0))
    expect_close(
        kernel_slope, KERNEL_SLOPE, name=Text(fr="le gradient du noyau", en="the kernel's gradient")
    )
    expect_close(
        expect_number(bias_slope),
        -1.0,
        name=Text(fr="le gradient du biais", en="the bias's gradient"),
    )


@pytest.mark.points(1)
@pytest.mark.title(fr="L’exemple : contrôle et pas", en="The example: check and step")
@pytest.mark.hint(
    fr="Le contrôle doit trouver le gradient de l’exemple, et le pas s’en éloigner.",
    en="The check should find the example's gradient, and the step should go away from it.",
)
def test_the_example_check_and_step(student):
    answer = student.finite_differences(IMAGES, TARGETS, KERNEL, 1.0, h=0.1)
    kernel_slope, bias_slope = pair(answer)
    expect_close(
        kernel_slope,
        KERNEL_SLOPE,
        atol=1e-3,
        name=Text(fr="les différences finies du noyau", en="the kernel's differences"),
    )
    expect_close(
        expect_number(bias_slope),
        -1.0,
        atol=1e-3,
        name=Text(fr="la différence finie du biais", en="the bias's difference"),
    )
    kernel, bias = pair(student.descent_step(IMAGES, TARGETS, KERNEL, 1.0, rate=0.1))
    expect_close(
        kernel,
        np.array([[1.0, 0.4], [-0.1, -1.1]]),
        name=Text(fr="le nouveau noyau", en="the new kernel"),
    )
    expect_close(expect_number(bias), 1.1, name=Text(fr="le nouveau biais", en="the new bias"))
