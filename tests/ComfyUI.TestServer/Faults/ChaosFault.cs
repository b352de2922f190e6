namespace ComfyUI.TestServer;

/// <summary>What a <see cref="ChaosProxy"/> does to a connection or to one request and its answer.</summary>
public enum ChaosFault
{
    /// <summary>Nothing: passes on what comes.</summary>
    None,

    /// <summary>Does not listen for a moment: connecting is refused.</summary>
    Refuse,

    /// <summary>Takes a connection and resets it.</summary>
    ResetConnection,

    /// <summary>Reads a request and closes the connection, as a proxy does whose idle limit ran out at that moment. The server never sees it.</summary>
    CloseUnread,

    /// <summary>The same with a reset.</summary>
    ResetUnread,

    /// <summary>Passes on a part of the request only.</summary>
    CutRequest,

    /// <summary>Answers 502, 503 or 504 with a page of its own; the server never sees the request.</summary>
    Gateway,

    /// <summary>Answers so after the server has done what was asked.</summary>
    GatewayAfter,

    /// <summary>Answers 429, with or without Retry-After; the server never sees the request.</summary>
    Throttle,

    /// <summary>Answers so after the server has done what was asked.</summary>
    ThrottleAfter,

    /// <summary>Answers 200 with a login page; the server never sees the request.</summary>
    LoginPage,

    /// <summary>Answers so after the server has done what was asked.</summary>
    LoginPageAfter,

    /// <summary>Answers 200 with nothing, after the server has done what was asked.</summary>
    EmptyAnswer,

    /// <summary>Answers a question about one job with an empty object, as a cache might.</summary>
    StaleHistory,

    /// <summary>Lets the server do what was asked and drops the answer.</summary>
    SwallowAnswer,

    /// <summary>Passes on a part of the answer only.</summary>
    CutAnswer,

    /// <summary>Sends the answer twice.</summary>
    DoubleAnswer,

    /// <summary>Passes the request on late.</summary>
    Stall,

    /// <summary>Passes the answer on in small pieces, with pauses.</summary>
    Trickle,

    /// <summary>Closes the connection soon after the answer, when the next request may be on its way.</summary>
    CloseIdle,

    /// <summary>Cuts a WebSocket off after some bytes, most often in the middle of a frame.</summary>
    CutSocket,

    /// <summary>Keeps a WebSocket open and passes nothing on any more.</summary>
    SilenceSocket,
}
