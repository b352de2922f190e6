using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.TestServer;

/// <summary>Pending and running prompts. Pending is a binary heap in an array, and /queue shows that array as it lies.</summary>
internal sealed class PromptQueue(Action changed)
{
    private readonly Lock gate = new();
    private readonly List<PromptItem> heap = [];
    private readonly List<PromptItem> running = [];
    private TaskCompletionSource available = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? paused;

    /// <summary>Running plus pending.</summary>
    public int Remaining
    {
        get
        {
            lock (gate)
            {
                return heap.Count + running.Count;
            }
        }
    }

    /// <summary>Adds a prompt; false when number and id equal those of one it meets on the way up (a 500, though it is queued).</summary>
    public bool Put(PromptItem item)
    {
        bool clean;
        lock (gate)
        {
            heap.Add(item);
            clean = SiftUp(heap.Count - 1);
            available.TrySetResult();
        }

        if (clean)
        {
            changed();
        }

        return clean;
    }

    /// <summary>Waits for the next prompt and moves it to running.</summary>
    public async Task<PromptItem> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task wait;
            lock (gate)
            {
                if (paused is not null)
                {
                    wait = paused.Task;
                }
                else if (heap.Count > 0)
                {
                    var item = Pop();
                    running.Add(item);
                    return item;
                }
                else
                {
                    available = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    wait = available.Task;
                }
            }

            await wait.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The prompt has ended and its history entry is written.</summary>
    public void Done(PromptItem item)
    {
        lock (gate)
        {
            running.Remove(item);
        }

        changed();
    }

    public (PromptItem[] Running, PromptItem[] Pending) Snapshot()
    {
        lock (gate)
        {
            return ([.. running], [.. heap]);
        }
    }

    /// <summary>Whether this id is the one running.</summary>
    public bool IsRunning(string id)
    {
        lock (gate)
        {
            return running.Any(item => item.Id == id);
        }
    }

    /// <summary>Removes the first pending prompt with this id.</summary>
    public void Delete(string id)
    {
        lock (gate)
        {
            var index = heap.FindIndex(item => item.Id == id);
            if (index < 0)
            {
                return;
            }

            heap.RemoveAt(index);
            Heapify();
        }

        changed();
    }

    /// <summary>Removes everything pending.</summary>
    public void Clear()
    {
        lock (gate)
        {
            heap.Clear();
        }

        changed();
    }

    /// <summary>Keeps the worker from taking another prompt until <see cref="Resume"/>.</summary>
    public void Pause()
    {
        lock (gate)
        {
            paused ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            available.TrySetResult();
        }
    }

    public void Resume()
    {
        lock (gate)
        {
            paused?.TrySetResult();
            paused = null;
        }
    }

    private bool SiftUp(int at)
    {
        var item = heap[at];
        while (at > 0)
        {
            var parent = (at - 1) / 2;
            var order = PromptItem.Compare(item, heap[parent]);
            if (order == 0)
            {
                heap[at] = item;
                return false;
            }

            if (order > 0)
            {
                break;
            }

            heap[at] = heap[parent];
            at = parent;
        }

        heap[at] = item;
        return true;
    }

    // The same walk Python's heapq makes, to the leaf and back up, so that the array looks the same.
    private PromptItem Pop()
    {
        var last = heap[^1];
        heap.RemoveAt(heap.Count - 1);
        if (heap.Count == 0)
        {
            return last;
        }

        var first = heap[0];
        heap[0] = last;
        SinkToLeaf(0);
        return first;
    }

    private void SinkToLeaf(int at)
    {
        var item = heap[at];
        for (var child = (2 * at) + 1; child < heap.Count; child = (2 * at) + 1)
        {
            if (child + 1 < heap.Count && PromptItem.Compare(heap[child], heap[child + 1]) >= 0)
            {
                child++;
            }

            heap[at] = heap[child];
            at = child;
        }

        heap[at] = item;
        SiftUp(at);
    }

    private void Heapify()
    {
        for (var at = (heap.Count / 2) - 1; at >= 0; at--)
        {
            SinkWithin(at);
        }
    }

    private void SinkWithin(int start)
    {
        var at = start;
        var item = heap[at];
        for (var child = (2 * at) + 1; child < heap.Count; child = (2 * at) + 1)
        {
            if (child + 1 < heap.Count && PromptItem.Compare(heap[child], heap[child + 1]) >= 0)
            {
                child++;
            }

            heap[at] = heap[child];
            at = child;
        }

        heap[at] = item;
        while (at > start)
        {
            var parent = (at - 1) / 2;
            if (PromptItem.Compare(item, heap[parent]) >= 0)
            {
                break;
            }

            heap[at] = heap[parent];
            heap[parent] = item;
            at = parent;
        }
    }
}
