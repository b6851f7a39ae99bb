"""Sessions: runs, feeds, fetches, and what each refuses."""

import collections
import threading

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


class TestFetches:
    def test_keep_their_nesting(self, sess):
        Pair = collections.namedtuple("Pair", ["first", "second"])
        a, b = tf.constant(1), tf.constant([2.0, 3.0])
        got = sess.run(
            {"x": [a, (b, a)], "y": Pair(a, b), "op": a.op, "name": "Const:0", "none": []}
        )
        assert got["x"][0] == 1
        assert isinstance(got["x"][1], tuple)
        assert got["x"][1][0].tolist() == [2.0, 3.0]
        assert got["y"].second.tolist() == [2.0, 3.0]
        assert got["op"] is None
        assert got["name"] == 1
        assert got["none"] == []

    @pytest.mark.parametrize("bad", [None, 1.5, object(), [None], {"a": None}])
    def test_what_is_no_graph_element_is_a_type_error(self, sess, bad):
        tf.no_op()
        with pytest.raises(TypeError, match="invalid type"):
            sess.run(bad)
        assert sess.run(tf.constant(1)) == 1

    def test_a_bad_fetch_inside_a_structure_is_located(self, sess):
        with pytest.raises(TypeError, match=r"at \['a'\]\[1\] of the fetches"):
            sess.run({"a": [tf.constant(1), None]})

    def test_elements_of_another_graph_are_refused(self, sess):
        tf.no_op()
        with tf.Graph().as_default():
            foreign = tf.constant(1.0)
        with pytest.raises(ValueError, match="not an element of this graph"):
            sess.run(foreign)
        with pytest.raises(ValueError, match="no_such"):
            sess.run("no_such:0")

    def test_scalars_and_arrays_come_as_numpy_has_them(self, sess):
        scalar, array = sess.run([tf.constant(1.5), tf.constant([[1, 2]])])
        assert isinstance(scalar, np.float32)
        assert array.dtype == np.int32
        assert isinstance(sess.run(tf.constant("text")), bytes)

    def test_what_is_fetched_belongs_to_the_caller(self, sess):
        c = tf.constant([1.0, 2.0])
        v = tf.Variable([1.0, 2.0])
        x = tf.placeholder(tf.float32, [2])
        sess.run(v.initializer)
        fed = np.array([1.0, 2.0], np.float32)
        for array in sess.run(
            [c, v, tf.identity(v), tf.identity(x), tf.reshape(c, [1, 2])], {x: fed}
        ):
            array[...] = 9.0
        assert sess.run(c).tolist() == [1.0, 2.0]
        assert sess.run(v).tolist() == [1.0, 2.0]
        assert fed.tolist() == [1.0, 2.0]


class TestFeeds:
    def test_any_tensor_can_be_fed(self, sess):
        a = tf.constant(1.0)
        b = a + 1.0
        c = b * 10.0
        assert sess.run(c) == 20.0
        assert sess.run(c, {b: 5.0}) == 50.0
        assert sess.run([a, b, c], {a: 2.0}) == [2.0, 3.0, 30.0]
        assert sess.run(b, {"Const:0": 3.0}) == 4.0

    def test_a_feed_by_name_or_variable_is_compiled_once(self, sess):
        v = tf.Variable(1.0, name="v")
        x = tf.placeholder(tf.float32, name="x")
        product = v * x
        for n in range(3):
            assert sess.run(product, {v: n, "x:0": 5.0}) == 5.0 * n
        assert len(sess._prepared) == 1

    def test_the_same_fetches_with_other_feeds_are_another_plan(self, sess):
        a, b = tf.constant(1.0), tf.constant(2.0)
        total = a + b
        assert [sess.run(total, f) for f in ({}, {a: 5.0}, {b: 5.0}, {a: 5.0, b: 5.0})] == [
            3,
            7,
            6,
            10,
        ]

    def test_values_take_the_dtype_of_their_tensor(self, sess):
        x = tf.placeholder(tf.float32)
        y = tf.placeholder(tf.int64)
        s = tf.placeholder(tf.string)
        got = sess.run([x, y, s], {x: np.arange(3), y: np.array([1.0, 2.0]), s: ["a", b"b"]})
        assert [g.dtype for g in got] == [np.float32, np.int64, object]
        assert got[2].tolist() == [b"a", b"b"]

    @pytest.mark.parametrize(
        "value", [1.5, [1, 2.5], np.array([1.5]), "one", None, [[1], [2, 3]], 2**40]
    )
    def test_values_of_the_wrong_dtype_are_refused(self, sess, value):
        x = tf.placeholder(tf.int32, name="x")
        with pytest.raises((TypeError, ValueError), match="Cannot feed the value for Tensor 'x:0'"):
            sess.run(x, {x: value})
        assert sess.run(x, {x: 1}) == 1

    @pytest.mark.parametrize("shape", [(), (3,), (3, 2), (1, 3, 3)])
    def test_values_of_the_wrong_shape_are_refused(self, sess, shape):
        x = tf.placeholder(tf.float32, [None, 3], name="x")
        with pytest.raises(
            ValueError, match=r"Cannot feed value of shape .* 'x:0', .* '\(\?, 3\)'"
        ):
            sess.run(x, {x: np.zeros(shape)})

    def test_tensors_may_be_fed_together(self, sess):
        x, y, z = (tf.placeholder(tf.float32) for _ in range(3))
        assert sess.run(x + y * z, {(x, (y, z)): (1.0, [2.0, 3.0])}) == 7
        with pytest.raises(ValueError, match="needs 2 values"):
            sess.run(x, {(x, y): 1.0})

    def test_text_for_a_number_is_a_value_error(self, sess):
        x = tf.placeholder(tf.float32)
        with pytest.raises(ValueError, match="Cannot feed the value"):
            sess.run(x, {x: ["a", "b"]})

    def test_a_tensor_is_no_value(self, sess):
        x = tf.placeholder(tf.float32)
        with pytest.raises(TypeError, match="cannot be a tensor"):
            sess.run(x, {x: tf.constant(1.0)})

    @pytest.mark.parametrize("key", [1.5, None, "no_such:0"])
    def test_a_key_that_is_no_tensor_is_refused(self, sess, key):
        with pytest.raises(TypeError, match="Cannot interpret feed_dict key as Tensor"):
            sess.run(tf.constant(1.0), {key: 1.0})

    def test_a_tensor_marked_so_may_not_be_fed(self, sess):
        x = tf.constant(1.0)
        sess.graph.prevent_feeding(x)
        with pytest.raises(ValueError, match="may not be fed"):
            sess.run(x, {x: 2.0})

    def test_an_unfed_placeholder_is_named(self, sess):
        x = tf.placeholder(tf.float32, [None, 784], name="x")
        with pytest.raises(tf.errors.InvalidArgumentError, match=r"must feed a value.*'x'"):
            sess.run(x + 1.0)
        assert sess.run(x, {x: np.zeros((1, 784))}).shape == (1, 784)

    def test_column_major_feeds_are_not_transposed(self, sess):
        x = tf.placeholder(tf.float32, [2, 3])
        fed = np.asfortranarray(np.arange(6.0).reshape(2, 3))
        assert sess.run(x, {x: fed}).flags.f_contiguous
        assert sess.run(x, {x: fed}).tolist() == fed.tolist()


class TestLifeCycle:
    def test_with_makes_it_the_default_and_closes_it(self):
        graph = tf.Graph()
        with graph.as_default():
            session = tf.Session()
        with session:
            assert tf.get_default_session() is session
            assert tf.get_default_graph() is graph
            assert tf.constant(3).eval() == 3
        assert tf.get_default_session() is None
        with pytest.raises(RuntimeError, match="closed Session"):
            session.run(tf.constant(1))

    def test_an_empty_graph_has_nothing_to_run(self):
        with tf.Session(graph=tf.Graph()) as session, pytest.raises(RuntimeError, match="is empty"):
            session.run([])

    def test_as_default_does_not_close_it(self):
        session = tf.Session(graph=tf.Graph())
        with session.as_default():
            assert tf.get_default_session() is session
        with session.graph.as_default():
            assert session.run(tf.constant(1)) == 1
        session.close()
        session.close()

    def test_an_interactive_session_is_the_default_until_closed(self):
        with tf.Graph().as_default():
            first, second = tf.InteractiveSession(), tf.InteractiveSession()
            assert tf.get_default_session() is second
            first.close()
            assert tf.get_default_session() is second
            second.close()
            assert tf.get_default_session() is None

    def test_state_belongs_to_the_session(self):
        with tf.Graph().as_default():
            v = tf.Variable(1.0)
            first, second = tf.Session(), tf.Session()
            first.run(v.initializer)
            with pytest.raises(tf.errors.FailedPreconditionError, match="Variable"):
                second.run(v)
            second.run(v.initializer)
            first.run(v.assign(5.0))
            assert (first.run(v), second.run(v)) == (5.0, 1.0)

    @pytest.mark.parametrize(
        ("arguments", "error"),
        [
            ({"graph": 1}, TypeError),
            ({"config": 1}, TypeError),
        ],
    )
    def test_refuses_what_it_cannot_do(self, arguments, error):
        with pytest.raises(error):
            tf.Session(**arguments)

    def test_a_session_of_a_cluster_is_refused_when_it_is_to_run(self):
        x = tf.constant(1.0)
        with tf.Session("grpc://example.org:2222") as sess:
            assert sess.sess_str == "grpc://example.org:2222"
            for use in (sess.run, sess.make_callable, sess.partial_run_setup):
                with pytest.raises(NotImplementedError, match=r"example.org.*in this process"):
                    use(x)


class TestRuns:
    def test_make_callable(self, sess):
        x, y = tf.placeholder(tf.float32), tf.placeholder(tf.float32)
        f = sess.make_callable([x + y, x * y], [x, y])
        assert f(2.0, 3.0) == [5.0, 6.0]
        with pytest.raises(TypeError, match="2 values"):
            f(2.0)

    def test_the_graph_may_grow_between_runs(self, sess):
        a = tf.constant(1.0)
        assert sess.run(a) == 1.0
        assert sess.run(a + 1.0) == 2.0

    def test_an_error_leaves_the_session_usable(self, sess):
        x = tf.placeholder(tf.float32)
        y = tf.matmul(tf.reshape(x, [2, -1]), tf.ones([2, 2]))
        with pytest.raises(tf.errors.InvalidArgumentError, match="MatMul"):
            sess.run(y, {x: np.zeros(6)})
        assert sess.run(y, {x: np.ones(4)}).tolist() == [[2, 2], [2, 2]]

    def test_several_threads_run_at_once(self, sess):
        x = tf.placeholder(tf.float32, [None])
        y = tf.reduce_sum(x * x)
        wrong = []

        def work(n):
            for _ in range(200):
                if sess.run(y, {x: np.full(50, n, np.float32)}) != 50 * n * n:
                    wrong.append(n)

        threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        assert not wrong

    def test_a_gpu_device_is_refused_unless_placement_is_soft(self, sess):
        with tf.device("/gpu:0"):
            x = tf.constant(1.0) + 1.0
        with pytest.raises(tf.errors.InvalidArgumentError, match="Cannot assign a device"):
            sess.run(x)
        with tf.Session(config=tf.ConfigProto(allow_soft_placement=True)) as soft:
            assert soft.run(x) == 2.0

    def test_structures_of_other_classes_keep_their_class(self, sess):
        fetches = collections.defaultdict(list, a=tf.constant(1))
        got = sess.run(fetches)
        assert (type(got), got["a"], got["b"]) == (collections.defaultdict, 1, [])
        assert type(sess.run(collections.OrderedDict(b=tf.constant(1)))) is collections.OrderedDict

    def test_a_callable_of_a_closed_session_says_so(self):
        with tf.Graph().as_default(), tf.Session() as sess:
            f = sess.make_callable(tf.constant(1))
        with pytest.raises(RuntimeError, match="closed Session"):
            f()

    def test_feed_lists_must_be_lists(self, sess):
        with pytest.raises(TypeError, match="feed_list"):
            sess.make_callable(tf.constant(1), tf.constant(1))

    def test_a_finalized_graph_runs(self, sess):
        x = tf.placeholder(tf.float32)
        y = x + 1.0
        v = tf.Variable(1.0)
        sess.graph.finalize()
        sess.run(v.initializer)
        v.load(3.0, sess)
        assert sess.run([y, v], {x: 1.0}) == [2, 3]

    def test_the_devices(self):
        config = tf.ConfigProto(device_count={"CPU": 2, "GPU": 0})
        with tf.Graph().as_default(), tf.Session(config=config) as sess:
            names = [d.name for d in sess.list_devices()]
            assert names == [f"/job:localhost/replica:0/task:0/device:CPU:{i}" for i in range(2)]
            assert sess.list_devices()[0].device_type == "CPU"
            with tf.device("/cpu:1"):
                assert sess.run(tf.constant(1) + 1) == 2

    def test_devices_of_other_processes_are_refused_even_if_placement_is_soft(self):
        config = tf.ConfigProto(allow_soft_placement=True)
        with tf.Graph().as_default(), tf.Session(config=config) as sess:
            with tf.device("/job:ps/cpu:0"):
                x = tf.constant(1) + 1
            with pytest.raises(tf.errors.InvalidArgumentError, match="explicitly assigned"):
                sess.run(x)

    def test_placement_is_logged_once(self, capfd):
        config = tf.ConfigProto(log_device_placement=True)
        with tf.Graph().as_default(), tf.Session(config=config) as sess:
            x = tf.constant(1.0, name="x")
            sess.run(x + x)
            sess.run(x * 2.0)
        lines = capfd.readouterr().err.splitlines()
        assert lines[0] == "x: (Const): /job:localhost/replica:0/task:0/device:CPU:0"
        assert [line.split(":")[0] for line in lines] == ["x", "add", "mul/y", "mul"]

    def test_reset_closes_all_sessions(self):
        with tf.Graph().as_default():
            first, second = tf.Session(), tf.Session()
            tf.Session.reset("", ["a"])
            for session in (first, second):
                with pytest.raises(RuntimeError, match="closed"):
                    session.run(tf.constant(1))
            with pytest.raises(NotImplementedError, match="grpc"):
                tf.Session.reset("grpc://host:1")


class TestOptions:
    def trace(self, sess, fetches, **more):
        metadata = tf.RunMetadata()
        options = tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE, **more)
        value = sess.run(fetches, options=options, run_metadata=metadata)
        return value, metadata

    def test_a_traced_run_tells_of_each_op(self, sess):
        v = tf.Variable([1.0, 2.0], name="v")
        y = tf.exp(v, name="y")
        sess.run(v.initializer)
        value, metadata = self.trace(sess, y)
        np.testing.assert_allclose(value, np.exp([1, 2]), rtol=1e-6)
        (device,) = metadata.step_stats.dev_stats
        assert device.device == "/job:localhost/replica:0/task:0/device:CPU:0"
        (stats,) = [s for s in device.node_stats if s.node_name == "y"]
        assert stats.timeline_label == "y = Exp(v/read)"
        assert stats.all_end_rel_nanos > 0
        assert stats.output[0].tensor_description.allocation_description.requested_bytes == 8

    def test_metadata_are_filled_anew_by_each_run(self, sess):
        x = tf.random_uniform([])
        _, metadata = self.trace(sess, tf.stack([x + 1.0]))
        count = len(metadata.step_stats.dev_stats[0].node_stats)
        sess.run(x, options=tf.RunOptions(trace_level=1), run_metadata=metadata)
        assert len(metadata.step_stats.dev_stats[0].node_stats) < count

    def test_the_graph_that_is_run(self, sess):
        x = tf.placeholder_with_default(1.0, [], name="x")
        y = tf.add(x, 1.0, name="y")
        tf.exp(y)
        _, metadata = self.trace(sess, y, output_partition_graphs=True)
        (graph,) = metadata.partition_graphs
        assert [n.name for n in graph.node] == ["x/input", "x", "y/y", "y"]

    def test_without_a_trace_there_are_no_stats(self, sess):
        metadata = tf.RunMetadata()
        assert sess.run(tf.constant(1), run_metadata=metadata) == 1
        assert not metadata.step_stats.dev_stats

    def test_callables_take_them_when_asked(self, sess):
        f = sess.make_callable(tf.constant(1), accept_options=True)
        assert f(options=tf.RunOptions(timeout_in_ms=1000)) == 1
        g = sess.make_callable(tf.constant(1))
        with pytest.raises(TypeError, match="accept_options"):
            g(options=tf.RunOptions())

    def test_a_run_stops_when_its_time_is_over(self, sess, monkeypatch):
        from pyengine import session

        y = tf.exp(tf.random_uniform([]))
        monkeypatch.setattr(session.time, "monotonic", iter(range(100)).__next__)
        with pytest.raises(tf.errors.DeadlineExceededError, match="timeout_in_ms"):
            sess.run(y, options=tf.RunOptions(timeout_in_ms=1))
        assert sess.run(y, options=tf.RunOptions(timeout_in_ms=100_000)) >= 1
        with tf.Session(config=tf.ConfigProto(operation_timeout_in_ms=1)) as hasty:
            with pytest.raises(tf.errors.DeadlineExceededError):
                hasty.run(y)
            with pytest.raises(tf.errors.DeadlineExceededError):
                hasty.make_callable(y)()


class TestPartialRuns:
    def test_each_op_runs_once(self, sess):
        a, b = tf.placeholder(tf.float32, name="a"), tf.placeholder(tf.float32, name="b")
        v = tf.Variable(0.0)
        sess.run(v.initializer)
        counted = v.assign_add(a)
        both = counted + b
        handle = sess.partial_run_setup([counted, both, v], [a, b])
        assert sess.partial_run(handle, counted, {a: 2.0}) == 2
        assert sess.partial_run(handle, {"x": both}, {"b:0": 10.0}) == {"x": 12}
        sess.run(v.assign(7.0))
        assert sess.partial_run(handle, v) == 7
        with pytest.raises(tf.errors.InvalidArgumentError, match="no handle"):
            sess.partial_run(handle, v)

    def test_what_does_not_fit_is_refused(self, sess):
        a, b = tf.placeholder(tf.float32, name="a"), tf.placeholder(tf.float32, name="b")
        x, y = a * 2.0, a + b
        handle = sess.partial_run_setup([x, y, a], [a, b])
        with pytest.raises(tf.errors.InvalidArgumentError, match="not been fed: a:0, b:0"):
            sess.partial_run(handle, y)
        with pytest.raises(tf.errors.InvalidArgumentError, match="not been fed: a:0"):
            sess.partial_run(handle, a)
        sess.partial_run(handle, [], {a: 1.0})
        with pytest.raises(tf.errors.InvalidArgumentError, match="The feed a:0 was fed before"):
            sess.partial_run(handle, x, {a: 1.0})
        assert sess.partial_run(handle, x) == 2
        with pytest.raises(tf.errors.InvalidArgumentError, match="fetched before"):
            sess.partial_run(handle, x)
        with pytest.raises(tf.errors.InvalidArgumentError, match="not among the fetches"):
            sess.partial_run(handle, b, {b: 1.0})
        with pytest.raises(tf.errors.InvalidArgumentError, match="no handle"):
            sess.partial_run("nonsense", x)

    def test_an_error_of_an_op_names_it(self, sess):
        a = tf.placeholder(tf.float32, name="a")
        y = tf.matmul(a, [[1.0]], name="product")
        handle = sess.partial_run_setup([y], [a])
        with pytest.raises(tf.errors.InvalidArgumentError, match="product"):
            sess.partial_run(handle, y, {a: np.ones((2, 2))})


def test_a_large_fetch_is_the_caller_s_own():
    with tf.Graph().as_default(), tf.Session() as sess:
        x = tf.placeholder(tf.float32, [None, 256])
        v = tf.Variable(tf.ones([128, 256]))
        constant = tf.constant(np.ones((128, 256), "f")) + 1.0
        sess.run(v.initializer)
        fed = np.ones((128, 256), "f")
        fetches = [x, v, constant, x * 2.0, tf.reshape(x, [256, -1]), tf.identity(x), v + x]
        first = sess.run(fetches, {x: fed})
        wanted = [f.copy() for f in first]
        for array in first:
            array[...] = -1.0
        assert (fed == 1).all()
        for again, expected in zip(sess.run(fetches, {x: fed}), wanted):
            np.testing.assert_array_equal(again, expected)
        same = sess.run([fetches[3], fetches[3]], {x: fed})
        assert (same[0] == same[1]).all()
