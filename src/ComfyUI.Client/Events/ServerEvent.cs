using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>Something the server said over its WebSocket (<c>GET /ws</c>).</summary>
/// <param name="PromptId">The job it is about; null when the server did not say, or it is about none.</param>
internal abstract record ServerEvent(string? PromptId);

/// <summary><c>status</c>: how many jobs run or wait, everybody's.</summary>
internal sealed record StatusEvent(int? QueueRemaining, string? ClientId) : ServerEvent((string?)null);

/// <summary><c>feature_flags</c>: what the server can do.</summary>
internal sealed record FeatureFlagsEvent(JsonObject Features) : ServerEvent((string?)null);

/// <summary><c>execution_start</c>.</summary>
internal sealed record ExecutionStartEvent(string? PromptId, DateTimeOffset? Time) : ServerEvent(PromptId);

/// <summary><c>execution_cached</c>: nodes that need not run again.</summary>
internal sealed record ExecutionCachedEvent(string? PromptId, IReadOnlyList<string> NodeIds) : ServerEvent(PromptId);

/// <summary><c>executing</c>: a node begins; without a node, the job has ended and its history is written.</summary>
internal sealed record ExecutingEvent(string? PromptId, string? NodeId, string? DisplayNodeId) : ServerEvent(PromptId);

/// <summary><c>progress</c>: a step of a node.</summary>
internal sealed record ProgressEvent(string? PromptId, string? NodeId, double Value, double Maximum) : ServerEvent(PromptId);

/// <summary><c>progress_state</c>: all nodes of the job that have begun.</summary>
internal sealed record ProgressStateEvent(string? PromptId, IReadOnlyList<NodeState> Nodes) : ServerEvent(PromptId);

/// <summary>How far a node is, in <c>progress_state</c>.</summary>
/// <param name="NodeId">The node in the prompt that this counts for: of a node that expanded into others, the original.</param>
/// <param name="IsExpanded">True when the node itself is not in the prompt, but came from one that expanded.</param>
/// <param name="IsFinished">Whether it is done.</param>
/// <param name="Value">Steps done.</param>
/// <param name="Maximum">Steps in all.</param>
internal readonly record struct NodeState(string NodeId, bool IsExpanded, bool IsFinished, double Value, double Maximum);

/// <summary><c>executed</c>: a node's outputs, as the history will have them.</summary>
internal sealed record ExecutedEvent(string? PromptId, string? NodeId, JsonObject? Output) : ServerEvent(PromptId);

/// <summary><c>execution_success</c>, <c>execution_error</c> or <c>execution_interrupted</c>: sent before the history is written.</summary>
internal sealed record ExecutionEndEvent(string? PromptId, string Type, JsonObject Data) : ServerEvent(PromptId);

/// <summary>A preview picture, or the full picture of a SaveImageWebsocket node (binary frames of type 1 and 4).</summary>
internal sealed record PreviewEvent(string? PromptId, string? NodeId, string MediaType, ReadOnlyMemory<byte> Image) : ServerEvent(PromptId);

/// <summary>A text that a node shows while it runs (binary frames of type 3).</summary>
internal sealed record TextEvent(string? PromptId, string NodeId, string Text) : ServerEvent(PromptId);

/// <summary><c>logs</c>: pieces of the server's log, to who has subscribed; as in <c>GET /internal/logs/raw</c>.</summary>
internal sealed record LogsEvent(JsonObject Data) : ServerEvent((string?)null);

/// <summary>Anything else; custom nodes send what they like.</summary>
internal sealed record OtherEvent(string Type, string? PromptId) : ServerEvent(PromptId);
