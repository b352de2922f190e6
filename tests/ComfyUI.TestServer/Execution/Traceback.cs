namespace ComfyUI.TestServer;

/// <summary>A traceback in the shape of Python's, one text per frame, so that clients have something to show.</summary>
internal static class Traceback
{
    public static PyList Of(string nodeClass, string exceptionType, string message) =>
    [
        Frame("/srv/ComfyUI/execution.py", 496, "execute", "output_data, output_ui, has_subgraph, has_pending_tasks = await get_output_data(prompt_id, unique_id, obj, input_data_all)"),
        Frame("/srv/ComfyUI/execution.py", 315, "get_output_data", "return_values = await _async_map_node_over_list(prompt_id, unique_id, obj, input_data_all, obj.FUNCTION)"),
        Frame("/srv/ComfyUI/execution.py", 277, "process_inputs", "result = f(**inputs)"),
        Frame($"/srv/ComfyUI/nodes/{nodeClass}.py", 1, "run", $"raise {exceptionType}({Py.Repr(message)})"),
    ];

    /// <summary>One frame; the source line is indented below it.</summary>
    public static string Frame(string file, int line, string function, string source) =>
        $"  File \"{file}\", line {line}, in {function}\n    {source}\n";
}
