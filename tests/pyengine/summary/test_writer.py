"""Event files, written."""

import pytest

import pyengine as tf


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def events(folder):
    return [
        event for path in sorted(folder.iterdir()) for event in tf.train.summary_iterator(str(path))
    ]


def kinds(folder):
    return [e.WhichOneof("what") for e in events(folder)]


def test_summaries_have_their_step(tmp_path):
    with tf.Session() as sess, tf.summary.FileWriter(str(tmp_path / "new")) as writer:
        value = sess.run(tf.summary.scalar("loss", 0.5))
        assert isinstance(value, bytes)
        writer.add_summary(value, 3)
        writer.add_summary(tf.Summary.FromString(value), 4.0)
        assert writer.get_logdir() == str(tmp_path / "new")
    found = events(tmp_path / "new")
    assert found[0].file_version == "brain.Event:2"
    assert [(e.step, e.summary.value[0].simple_value) for e in found[1:]] == [(3, 0.5), (4, 0.5)]
    assert found[1].wall_time > 1e9


def test_graphs_and_metadata(tmp_path, graph):
    tf.constant(1.0, name="x")
    with tf.summary.FileWriter(str(tmp_path), graph) as writer:
        writer.add_run_metadata(tf.RunMetadata(), "step 1", 1)
        with pytest.raises(ValueError, match="already used"):
            writer.add_run_metadata(tf.RunMetadata(), "step 1", 2)
        writer.add_session_log(tf.SessionLog(status=tf.SessionLog.START), 1)
        writer.add_graph(graph_def=graph.as_graph_def())
        writer.add_event(tf.Event(step=9))
    assert kinds(tmp_path) == [
        "file_version", "graph_def", "meta_graph_def", "tagged_run_metadata", "session_log",
        "graph_def", None,
    ]  # fmt: skip
    assert tf.GraphDef.FromString(events(tmp_path)[1].graph_def).node[0].name == "x"


def test_metadata_of_a_tag_come_once(tmp_path):
    with tf.Session() as sess, tf.summary.FileWriter(str(tmp_path)) as writer:
        value = sess.run(tf.summary.text("t", "a"))
        writer.add_summary(value)
        writer.add_summary(value)
    has = [e.summary.value[0].HasField("metadata") for e in events(tmp_path)[1:]]
    assert has == [True, False]


def test_events_are_seen_after_a_flush_or_when_they_are_many(tmp_path):
    writer = tf.summary.FileWriter(str(tmp_path), max_queue=2)
    assert len(events(tmp_path)) == 1
    writer.add_event(tf.Event(step=1))
    writer.flush()
    assert len(events(tmp_path)) == 2
    for step in range(3):
        writer.add_event(tf.Event(step=step))
    assert len(events(tmp_path)) == 5
    writer.close()


def test_time_flushes_too(tmp_path):
    writer = tf.summary.FileWriter(str(tmp_path), flush_secs=-1)
    writer.add_event(tf.Event())
    assert len(events(tmp_path)) == 2
    writer.close()


def test_a_closed_writer_warns_and_can_be_opened_again(tmp_path, caplog):
    writer = tf.train.SummaryWriter(str(tmp_path), filename_suffix=".x")
    writer.close()
    writer.close()
    writer.add_event(tf.Event())
    assert "closed FileWriter" in caplog.text
    writer.reopen()
    writer.reopen()
    writer.close()
    assert len(list(tmp_path.glob("*.x"))) == 2


def test_what_is_none_is_refused(tmp_path, graph):
    with tf.summary.FileWriter(str(tmp_path)) as writer:
        with pytest.raises(TypeError, match="Summary"):
            writer.add_summary("loss")
        with pytest.raises(TypeError, match="must be an instance of `Graph`"):
            writer.add_graph(3)
        with pytest.raises(ValueError, match="not both"):
            writer.add_graph()


def test_a_graph_that_no_file_can_hold_is_left_out_with_a_warning(tmp_path, graph, caplog):
    tf.constant(1.0).op.attrs["_function"] = print
    tf.summary.FileWriter(str(tmp_path), graph).close()
    assert "The graph is not written" in caplog.text
    assert kinds(tmp_path) == ["file_version"]


def test_what_the_system_refuses_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(tf.errors.AlreadyExistsError, match="file; File exists"):
        tf.summary.FileWriter(str(tmp_path / "file"))
    writer = tf.summary.FileWriter(str(tmp_path / "new"))
    writer._file.close()
    writer._file = open("/dev/full", "ab")  # noqa: SIM115 (the writer closes it)
    writer.add_event(tf.Event(step=1))
    with pytest.raises(tf.errors.ResourceExhaustedError, match=r"tfevents.*No space left"):
        writer.flush()
    with pytest.raises(tf.errors.ResourceExhaustedError):
        writer.close()
    writer.close()


def test_one_writer_for_a_directory(tmp_path):
    cache = tf.summary.FileWriterCache
    writer = cache.get(str(tmp_path))
    assert cache.get(str(tmp_path)) is writer
    cache.clear()
    assert cache.get(str(tmp_path)) is not writer
    cache.clear()
