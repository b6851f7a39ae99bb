"""Gamma and Poisson numbers by rejection. The numbers are those of TensorFlow 2.21."""

import numpy as np

from pyengine.ops.philox import Philox
from pyengine.ops.rejection import gammas, poissons

GAMMAS = [
    [0.8908859859564104, 0.5473209713173148, 5.976729266887506],
    [0.02807122523093003, 1.1036581062182935, 1.7547392590178705],
    [0.4687278734455313, 2.328287997499835, 3.8595716450932156],
    [1.7670870130075643e-05, 0.29037674935238694, 0.6886622204618298],
    [0.1154373632225951, 2.3365861305020457, 4.983921788295252],
    [0.9489236618798679, 1.292974988473925, 4.86862292877682],
]
POISSONS = [
    [2, 2, 12, 93],
    [0, 5, 12, 68],
    [0, 3, 16, 80],
    [0, 6, 6, 89],
    [2, 2, 12, 79],
    [1, 5, 15, 97],
    [0, 1, 10, 84],
    [0, 7, 12, 71],
    [1, 5, 14, 98],
]


def test_gammas_are_those_of_tensorflow():
    drawn = gammas(Philox(42, 7), np.array([0.3, 1.0, 4.5]), 6)
    np.testing.assert_allclose(drawn, GAMMAS, rtol=1e-12)


def test_poissons_are_those_of_tensorflow():
    drawn = poissons(Philox(42, 7), np.array([0.3, 4.0, 12.0, 90.0]), 9)
    assert drawn.tolist() == POISSONS


def test_each_number_has_a_stream_of_its_own():
    alone = gammas(Philox(1, 2), np.array([0.5]), 3)
    together = gammas(Philox(1, 2), np.array([0.5, 2.0]), 3)
    assert together[:, 0].tolist() == alone[:, 0].tolist()
    assert gammas(Philox(1, 2), np.array([0.5]), 0).shape == (0, 1)


def test_a_rate_that_is_none_gives_none():
    drawn = poissons(Philox(1, 2), np.array([-1.0, np.inf, np.nan, 0.0]), 2)
    assert np.isnan(drawn[:, :3]).all()
    assert drawn[:, 3].tolist() == [0.0, 0.0]
