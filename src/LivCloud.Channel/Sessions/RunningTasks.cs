namespace LivCloud.Channel.Sessions;

/// <summary>Owns tasks that run beside each other, until all have ended. They must not fail.</summary>
internal sealed class RunningTasks
{
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _tasks = [];

    /// <summary>Takes a task over.</summary>
    public void Add(Task task)
    {
        lock (_gate)
        {
            _tasks.RemoveWhere(static one => one.IsCompletedSuccessfully);
            _tasks.Add(task);
        }
    }

    /// <summary>Waits until all have ended, those included that are added meanwhile.</summary>
    public async Task WhenAllAsync()
    {
        while (true)
        {
            Task[] tasks;
            lock (_gate)
            {
                _tasks.RemoveWhere(static one => one.IsCompletedSuccessfully);
                tasks = [.. _tasks];
            }

            if (tasks.Length == 0)
            {
                return;
            }

            await Task.WhenAll(tasks);
        }
    }
}
