"""Restores that wait for what is made later."""

import gc

from pyengine import pending_restores


class Waiting:
    def __init__(self, uid, log):
        self.uid, self.log = uid, log
        pending_restores.wait(self)

    def look(self):
        self.log.append(self.uid)


def test_the_latest_looks_first_and_only_while_somebody_holds_it():
    log = []
    first, second, third = (Waiting(uid, log) for uid in (1, 3, 2))
    pending_restores.made()
    assert log == [3, 2, 1]
    pending_restores.done(second)
    del third
    gc.collect()
    pending_restores.made()
    assert log[3:] == [first.uid]
