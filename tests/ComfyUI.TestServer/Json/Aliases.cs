// Python's two containers, by the names the rest of the code uses. Order is kept, as Python's dict keeps it.
global using PyDict = System.Collections.Generic.OrderedDictionary<string, object?>;
global using PyList = System.Collections.Generic.List<object?>;
