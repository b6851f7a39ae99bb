"""What runs tell: summaries and events for TensorBoard, and the timing of steps.

A table in the notation of `protos.schema`.
"""

TABLE = """
Summary: value Summary.Value* 1
Summary.Value: node_name string 7, tag string 1, metadata SummaryMetadata 9, simple_value float
    2 /value, obsolete_old_style_histogram bytes 3 /value, image Summary.Image 4 /value, histo
    HistogramProto 5 /value, audio Summary.Audio 6 /value, tensor TensorProto 8 /value
SummaryDescription: type_hint string 1
SummaryMetadata: plugin_data SummaryMetadata.PluginData 1, display_name string 2,
    summary_description string 3, data_class DataClass 4
SummaryMetadata.PluginData: plugin_name string 1, content bytes 2
enum DataClass: DATA_CLASS_UNKNOWN 0, DATA_CLASS_SCALAR 1, DATA_CLASS_TENSOR 2,
    DATA_CLASS_BLOB_SEQUENCE 3
Summary.Image: height int32 1, width int32 2, colorspace int32 3, encoded_image_string bytes 4
Summary.Audio: sample_rate float 1, num_channels int64 2, length_frames int64 3,
    encoded_audio_string bytes 4, content_type string 5
HistogramProto: min double 1, max double 2, num double 3, sum double 4, sum_squares double 5,
    bucket_limit double* 6, bucket double* 7
Event: wall_time double 1, step int64 2, file_version string 3 /what, graph_def bytes 4 /what,
    summary Summary 5 /what, log_message LogMessage 6 /what, session_log SessionLog 7 /what,
    tagged_run_metadata TaggedRunMetadata 8 /what, meta_graph_def bytes 9 /what, source_metadata
    SourceMetadata 10
LogMessage: level LogMessage.Level 1, message string 2
enum LogMessage.Level: UNKNOWN 0, DEBUGGING 10, INFO 20, WARN 30, ERROR 40, FATAL 50
SessionLog: status SessionLog.SessionStatus 1, checkpoint_path string 2, msg string 3
enum SessionLog.SessionStatus: STATUS_UNSPECIFIED 0, START 1, STOP 2, CHECKPOINT 3
TaggedRunMetadata: tag string 1, run_metadata bytes 2
SourceMetadata: writer string 1
DeviceAttributes: name string 1, device_type string 2, memory_limit int64 4, locality DeviceLocality
    5, incarnation fixed64 6, physical_device_desc string 7
DeviceLocality: bus_id int32 1, numa_node int32 2
StepStats: dev_stats DeviceStepStats* 1
DeviceStepStats: device string 1, node_stats NodeExecStats* 2, thread_names map<uint32,string> 3
NodeExecStats: node_name string 1, all_start_micros int64 2, op_start_rel_micros int64 3,
    op_end_rel_micros int64 4, all_end_rel_micros int64 5, memory AllocatorMemoryUsed* 6, output
    NodeOutput* 7, timeline_label string 8, scheduled_micros int64 9, thread_id uint32 10,
    referenced_tensor AllocationDescription* 11, memory_stats MemoryStats 12, all_start_nanos
    int64 13, op_start_rel_nanos int64 14, op_end_rel_nanos int64 15, all_end_rel_nanos int64
    16, scheduled_nanos int64 17
AllocatorMemoryUsed: allocator_name string 1, total_bytes int64 2, peak_bytes int64 3,
    live_bytes int64 4, allocation_records AllocationRecord* 6, allocator_bytes_in_use int64 5
AllocationRecord: alloc_micros int64 1, alloc_bytes int64 2
NodeOutput: slot int32 1, tensor_description TensorDescription 3
MemoryStats: temp_memory_size int64 1, persistent_memory_size int64 3,
    persistent_tensor_alloc_ids int64* 5, device_temp_memory_size int64 2,
    device_persistent_memory_size int64 4, device_persistent_tensor_alloc_ids int64* 6
TensorDescription: dtype DataType 1, shape TensorShapeProto 2, allocation_description
    AllocationDescription 4
AllocationDescription: requested_bytes int64 1, allocated_bytes int64 2, allocator_name string
    3, allocation_id int64 4, has_single_reference bool 5, ptr uint64 6
CostGraphDef: node CostGraphDef.Node* 1, cost CostGraphDef.AggregatedCost* 2
CostGraphDef.Node: name string 1, device string 2, id int32 3, input_info
    CostGraphDef.Node.InputInfo* 4, output_info CostGraphDef.Node.OutputInfo* 5,
    temporary_memory_size int64 6, persistent_memory_size int64 12, host_temp_memory_size int64
    10, device_temp_memory_size int64 11, device_persistent_memory_size int64 16, compute_cost
    int64 9, compute_time int64 14, memory_time int64 15, is_final bool 7, control_input int32*
    8, inaccurate bool 17
CostGraphDef.Node.InputInfo: preceding_node int32 1, preceding_port int32 2
CostGraphDef.Node.OutputInfo: size int64 1, alias_input_port int64 2, shape TensorShapeProto 3,
    dtype DataType 4
CostGraphDef.AggregatedCost: cost float 1, dimension string 2
RunMetadata: step_stats StepStats 1, cost_graph CostGraphDef 2, partition_graphs GraphDef* 3,
    function_graphs RunMetadata.FunctionGraphs* 4
RunMetadata.FunctionGraphs: partition_graphs GraphDef* 1, pre_optimization_graph GraphDef 2,
    post_optimization_graph GraphDef 3
"""
