"""Graphs as messages: `GraphDef`, `NodeDef`, `AttrValue`, `TensorProto`, op definitions.

A table in the notation of `protos.schema`.
"""

TABLE = """
GraphDef: node NodeDef* 1, versions VersionDef 4, version int32 3, library FunctionDefLibrary 2
NodeDef: name string 1, op string 2, input string* 3, device string 4, attr
    map<string,AttrValue> 5, experimental_debug_info NodeDef.ExperimentalDebugInfo 6,
    experimental_type FullTypeDef 7
FullTypeDef: type_id FullTypeId 1, args FullTypeDef* 2, s string 3 /attr, i int64 4 /attr
enum FullTypeId: TFT_UNSET 0, TFT_VAR 1, TFT_ANY 2, TFT_PRODUCT 3, TFT_NAMED 4, TFT_FOR_EACH
    20, TFT_CALLABLE 100, TFT_TENSOR 1000, TFT_ARRAY 1001, TFT_OPTIONAL 1002, TFT_LITERAL 1003,
    TFT_ENCODED 1004, TFT_SHAPE_TENSOR 1005, TFT_BOOL 200, TFT_UINT8 201, TFT_UINT16 202,
    TFT_UINT32 203, TFT_UINT64 204, TFT_INT8 205, TFT_INT16 206, TFT_INT32 207, TFT_INT64 208,
    TFT_HALF 209, TFT_FLOAT 210, TFT_DOUBLE 211, TFT_BFLOAT16 215, TFT_COMPLEX64 212,
    TFT_COMPLEX128 213, TFT_STRING 214, TFT_DATASET 10102, TFT_RAGGED 10103, TFT_ITERATOR 10104,
    TFT_MUTEX_LOCK 10202, TFT_LEGACY_VARIANT 10203
NodeDef.ExperimentalDebugInfo: original_node_names string* 1, original_func_names string* 2
AttrValue: s bytes 2 /value, i int64 3 /value, f float 4 /value, b bool 5 /value, type DataType
    6 /value, shape TensorShapeProto 7 /value, tensor TensorProto 8 /value, list
    AttrValue.ListValue 1 /value, func NameAttrList 10 /value, placeholder string 9 /value
AttrValue.ListValue: s bytes* 2, i int64* 3, f float* 4, b bool* 5, type DataType* 6, shape
    TensorShapeProto* 7, tensor TensorProto* 8, func NameAttrList* 9
NameAttrList: name string 1, attr map<string,AttrValue> 2
enum DataType: DT_INVALID 0, DT_FLOAT 1, DT_DOUBLE 2, DT_INT32 3, DT_UINT8 4, DT_INT16 5, DT_INT8
    6, DT_STRING 7, DT_COMPLEX64 8, DT_INT64 9, DT_BOOL 10, DT_QINT8 11, DT_QUINT8 12, DT_QINT32
    13, DT_BFLOAT16 14, DT_QINT16 15, DT_QUINT16 16, DT_UINT16 17, DT_COMPLEX128 18, DT_HALF 19,
    DT_RESOURCE 20, DT_VARIANT 21, DT_UINT32 22, DT_UINT64 23, DT_FLOAT_REF 101, DT_DOUBLE_REF
    102, DT_INT32_REF 103, DT_UINT8_REF 104, DT_INT16_REF 105, DT_INT8_REF 106, DT_STRING_REF 107,
    DT_COMPLEX64_REF 108, DT_INT64_REF 109, DT_BOOL_REF 110, DT_QINT8_REF 111, DT_QUINT8_REF 112,
    DT_QINT32_REF 113, DT_BFLOAT16_REF 114, DT_QINT16_REF 115, DT_QUINT16_REF 116, DT_UINT16_REF
    117, DT_COMPLEX128_REF 118, DT_HALF_REF 119, DT_RESOURCE_REF 120, DT_VARIANT_REF 121,
    DT_UINT32_REF 122, DT_UINT64_REF 123
TensorShapeProto: dim TensorShapeProto.Dim* 2, unknown_rank bool 3
TensorShapeProto.Dim: size int64 1, name string 2
TensorProto: dtype DataType 1, tensor_shape TensorShapeProto 2, version_number int32 3,
    tensor_content bytes 4, half_val int32* 13, float_val float* 5, double_val double* 6,
    int_val int32* 7, string_val bytes* 8, scomplex_val float* 9, int64_val int64* 10, bool_val
    bool* 11, dcomplex_val double* 12, resource_handle_val ResourceHandleProto* 14, variant_val
    VariantTensorDataProto* 15, uint32_val uint32* 16, uint64_val uint64* 17, float8_val bytes
    18
VariantTensorDataProto: type_name string 1, metadata bytes 2, tensors TensorProto* 3
ResourceHandleProto: device string 1, container string 2, name string 3, hash_code uint64 4,
    maybe_type_name string 5, dtypes_and_shapes ResourceHandleProto.DtypeAndShape* 6
ResourceHandleProto.DtypeAndShape: dtype DataType 1, shape TensorShapeProto 2
VersionDef: producer int32 1, min_consumer int32 2, bad_consumers int32* 3
FunctionDefLibrary: function FunctionDef* 1, gradient GradientDef* 2
FunctionDef: signature OpDef 1, attr map<string,AttrValue> 5, arg_attr
    map<uint32,FunctionDef.ArgAttrs> 7, resource_arg_unique_id map<uint32,uint32> 8, node_def
    NodeDef* 3, ret map<string,string> 4, control_ret map<string,string> 6
FunctionDef.ArgAttrs: attr map<string,AttrValue> 1
GradientDef: function_name string 1, gradient_func string 2
OpDef: name string 1, input_arg OpDef.ArgDef* 2, output_arg OpDef.ArgDef* 3, control_output
    string* 20, attr OpDef.AttrDef* 4, deprecation OpDeprecation 8, summary string 5,
    description string 6, is_commutative bool 18, is_aggregate bool 16, is_stateful bool 17,
    allows_uninitialized_input bool 19, is_distributed_communication bool 21
OpDef.ArgDef: name string 1, description string 2, type DataType 3, type_attr string 4,
    number_attr string 5, type_list_attr string 6, handle_data
    ResourceHandleProto.DtypeAndShape* 7, is_ref bool 16
OpDef.AttrDef: name string 1, type string 2, default_value AttrValue 3, description string 4,
    has_minimum bool 5, minimum int64 6, allowed_values AttrValue 7
OpDeprecation: version int32 1, explanation string 2
OpList: op OpDef* 1
"""
