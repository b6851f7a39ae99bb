"""What is kept of models and data: examples, checkpoints, meta graphs, saved models.

A table in the notation of `protos.schema`.
"""

TABLE = """
Example: features Features 1
SequenceExample: context Features 1, feature_lists FeatureLists 2
Features: feature map<string,Feature> 1
Feature: bytes_list BytesList 1 /kind, float_list FloatList 2 /kind, int64_list Int64List 3
    /kind
BytesList: value bytes* 1
FloatList: value float* 1
Int64List: value int64* 1
FeatureLists: feature_list map<string,FeatureList> 1
FeatureList: feature Feature* 1
SaverDef: filename_tensor_name string 1, save_tensor_name string 2, restore_op_name string 3,
    max_to_keep int32 4, sharded bool 5, keep_checkpoint_every_n_hours float 6, version
    SaverDef.CheckpointFormatVersion 7
enum SaverDef.CheckpointFormatVersion: LEGACY 0, V1 1, V2 2
CheckpointState: model_checkpoint_path string 1, all_model_checkpoint_paths string* 2,
    all_model_checkpoint_timestamps double* 3, last_preserved_timestamp double 4
TrackableObjectGraph: nodes TrackableObjectGraph.TrackableObject* 1
TrackableObjectGraph.TrackableObject: children
    TrackableObjectGraph.TrackableObject.ObjectReference* 1, attributes
    TrackableObjectGraph.TrackableObject.SerializedTensor* 2, slot_variables
    TrackableObjectGraph.TrackableObject.SlotVariableReference* 3
TrackableObjectGraph.TrackableObject.ObjectReference: node_id int32 1, local_name string 2
TrackableObjectGraph.TrackableObject.SerializedTensor: name string 1, full_name string 2,
    checkpoint_key string 3, optional_restore bool 4
TrackableObjectGraph.TrackableObject.SlotVariableReference: original_variable_node_id int32 1,
    slot_name string 2, slot_variable_node_id int32 3
BundleHeaderProto: num_shards int32 1, endianness BundleHeaderProto.Endianness 2, version
    VersionDef 3
enum BundleHeaderProto.Endianness: LITTLE 0, BIG 1
BundleEntryProto: dtype DataType 1, shape TensorShapeProto 2, shard_id int32 3, offset int64 4,
    size int64 5, crc32c fixed32 6, slices TensorSliceProto* 7
SavedSliceMeta: name string 1, shape TensorShapeProto 2, type DataType 3, slice TensorSliceProto* 4
SavedTensorSliceMeta: tensor SavedSliceMeta* 1, versions VersionDef 2
SavedSlice: name string 1, slice TensorSliceProto 2, data TensorProto 3
SavedTensorSlices: meta SavedTensorSliceMeta 1, data SavedSlice 2
TensorSliceProto: extent TensorSliceProto.Extent* 1
TensorSliceProto.Extent: start int64 1, length int64 2 /has_length
enum VariableSynchronization: VARIABLE_SYNCHRONIZATION_AUTO 0, VARIABLE_SYNCHRONIZATION_NONE 1,
    VARIABLE_SYNCHRONIZATION_ON_WRITE 2, VARIABLE_SYNCHRONIZATION_ON_READ 3
enum VariableAggregation: VARIABLE_AGGREGATION_NONE 0, VARIABLE_AGGREGATION_SUM 1,
    VARIABLE_AGGREGATION_MEAN 2, VARIABLE_AGGREGATION_ONLY_FIRST_REPLICA 3
VariableDef: variable_name string 1, initial_value_name string 6, initializer_name string 2,
    snapshot_name string 3, save_slice_info_def SaveSliceInfoDef 4, is_resource bool 5,
    trainable bool 7, synchronization VariableSynchronization 8, aggregation VariableAggregation
    9
SaveSliceInfoDef: full_name string 1, full_shape int64* 2, var_offset int64* 3, var_shape int64*
    4
QueueRunnerDef: queue_name string 1, enqueue_op_name string* 2, close_op_name string 3,
    cancel_op_name string 4, queue_closed_exception_types Code* 5
WhileContextDef: context_name string 1, parallel_iterations int32 2, back_prop bool 3,
    swap_memory bool 4, pivot_name string 5, pivot_for_pred_name string 6, pivot_for_body_name
    string 7, loop_exit_names string* 8, loop_enter_names string* 10, values_def ValuesDef 9,
    maximum_iterations_name string 11, nested_contexts ControlFlowContextDef* 12
ValuesDef: values string* 1, external_values map<string,string> 2
ControlFlowContextDef: cond_ctxt CondContextDef 1 /ctxt, while_ctxt WhileContextDef 2 /ctxt
CondContextDef: context_name string 1, pred_name string 2, pivot_name string 3, branch int32 4,
    values_def ValuesDef 5, nested_contexts ControlFlowContextDef* 6
ClusterDef: job JobDef* 1
JobDef: name string 1, tasks map<int32,string> 2
MetaGraphDef: meta_info_def MetaGraphDef.MetaInfoDef 1, graph_def GraphDef 2, saver_def SaverDef
    3, collection_def map<string,CollectionDef> 4, signature_def map<string,SignatureDef> 5,
    asset_file_def AssetFileDef* 6
MetaGraphDef.MetaInfoDef: meta_graph_version string 1, stripped_op_list OpList 2, tags string*
    4, tensorflow_version string 5, tensorflow_git_version string 6, stripped_default_attrs bool
    7, function_aliases map<string,string> 8
CollectionDef: node_list CollectionDef.NodeList 1 /kind, bytes_list CollectionDef.BytesList 2
    /kind, int64_list CollectionDef.Int64List 3 /kind, float_list CollectionDef.FloatList 4
    /kind, any_list CollectionDef.AnyList 5 /kind
CollectionDef.NodeList: value string* 1
CollectionDef.BytesList: value bytes* 1
CollectionDef.Int64List: value int64* 1
CollectionDef.FloatList: value float* 1
CollectionDef.AnyList: value google.protobuf.Any* 1
SignatureDef: inputs map<string,TensorInfo> 1, outputs map<string,TensorInfo> 2, method_name
    string 3, defaults map<string,TensorProto> 4
TensorInfo: name string 1 /encoding, coo_sparse TensorInfo.CooSparse 4 /encoding, dtype DataType
    2, tensor_shape TensorShapeProto 3
TensorInfo.CooSparse: values_tensor_name string 1, indices_tensor_name string 2,
    dense_shape_tensor_name string 3
AssetFileDef: tensor_info TensorInfo 1, filename string 2
SavedModel: saved_model_schema_version int64 1, meta_graphs MetaGraphDef* 2
enum Code: OK 0, CANCELLED 1, UNKNOWN 2, INVALID_ARGUMENT 3, DEADLINE_EXCEEDED 4, NOT_FOUND 5,
    ALREADY_EXISTS 6, PERMISSION_DENIED 7, UNAUTHENTICATED 16, RESOURCE_EXHAUSTED 8,
    FAILED_PRECONDITION 9, ABORTED 10, OUT_OF_RANGE 11, UNIMPLEMENTED 12, INTERNAL 13,
    UNAVAILABLE 14, DATA_LOSS 15
"""
