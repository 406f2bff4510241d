# mistake: transposed-size
# %%
import numpy as np


def dilated_conv2d(image, kernel, dilation):
    rows, columns = np.subtract(image.shape, dilation * np.subtract(kernel.shape, 1))
    output = np.zeros((rows, columns))
    for (a, b), weight in np.ndenumerate(kernel):
        top, left = a * dilation, b * dilation
        output += weight * image[top : top + rows, left : left + columns]
    return output


def transposed_conv2d(image, kernel, stride):
    height, width = kernel.shape
    output = np.zeros(np.subtract(image.shape, 1) * stride + kernel.shape)
    for (i, j), pixel in np.ndenumerate(image):
        top, left = i * stride, j * stride
        output[top : top + height, left : left + width] += pixel * kernel
    return output


def separable_conv2d(image, depthwise, pointwise):
    maps = np.array([dilated_conv2d(*pair, 1) for pair in zip(image, depthwise, strict=True)])
    return np.einsum("fc,cij->fij", pointwise, maps)


def dilated_saving(size, dilation):
    return (dilation * (size - 1) + 1) ** 2 - size**2


def transposed_saving(height, width, size, stride):
    rows, columns = height * stride, width * stride
    return height * width * rows * columns - size**2


def separable_saving(channels, filters, size):
    return filters * channels * size**2 - (channels * size**2 + filters * channels)
