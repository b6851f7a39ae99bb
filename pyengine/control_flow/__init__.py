"""How `cond` and `while_loop` are built and differentiated; running them is the executor's."""
