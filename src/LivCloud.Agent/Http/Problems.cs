using LivCloud.Api;
using LivCloud.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LivCloud.Agent.Http;

/// <summary>Turns failures into application/problem+json (RFC 9457) with a code for programs and a remedy for people.</summary>
internal static class Problems
{
    /// <summary>Answers every exception of a request. Most are a user's errors, which the answer tells; only a fault of ours is logged.</summary>
    public static void UseProblems(this IApplicationBuilder app, ILogger log) => app.UseExceptionHandler(new ExceptionHandlerOptions
    {
        ExceptionHandler = http => AnswerAsync(http, log),
        SuppressDiagnosticsCallback = _ => true,
    });

    private static async Task AnswerAsync(HttpContext http, ILogger log)
    {
        var exception = http.Features.Get<IExceptionHandlerFeature>()?.Error ?? new InvalidOperationException("No exception was kept.");
        var failure = exception is BadHttpRequestException or System.Text.Json.JsonException
            ? new Failure(FailureCode.InvalidRequest, $"The request can not be read: {exception.Message.TrimEnd('.')}.")
            : Failure.From(exception);
        if (failure.Code == FailureCode.Internal)
        {
            AgentLog.RequestFailed(log, exception, http.Request.Method, http.Request.Path);
        }

        await WriteAsync(http, failure).ConfigureAwait(false);
    }

    private static Task WriteAsync(HttpContext http, Failure failure)
    {
        http.Response.StatusCode = Status(failure.Code);
        var problem = new Problem
        {
            Type = "about:blank",
            Title = failure.Code.ToString(),
            Status = http.Response.StatusCode,
            Detail = failure.Message,
            Code = failure.Code.ToString(),
            Remedy = failure.Remedy,
        };
        return http.Response.WriteAsJsonAsync(problem, ApiJson.Options, Problem.MediaType, http.RequestAborted);
    }

    private static int Status(FailureCode code) => code switch
    {
        FailureCode.Internal or FailureCode.HypervisorFailed => StatusCodes.Status500InternalServerError,
        FailureCode.InvalidRequest => StatusCodes.Status400BadRequest,
        FailureCode.UnknownVm or FailureCode.UnknownHost or FailureCode.UnknownMigration => StatusCodes.Status404NotFound,
        FailureCode.SameHost or FailureCode.VmNotRunning or FailureCode.VmNotMigratable or FailureCode.CpuIncompatible
            or FailureCode.MachineTypeMissing or FailureCode.MemoryShort or FailureCode.DiskSpaceShort or FailureCode.DiskPathUnusable
            or FailureCode.DiskNotShared or FailureCode.NetworkMissing or FailureCode.VmExistsAtDestination or FailureCode.GoalMissed or FailureCode.WouldNotEnd =>
            StatusCodes.Status422UnprocessableEntity,
        FailureCode.AlreadyMigrating or FailureCode.WrongPhase or FailureCode.Aborted or FailureCode.Stranded => StatusCodes.Status409Conflict,
        FailureCode.PeerUntrusted => StatusCodes.Status502BadGateway,
        FailureCode.PeerUnreachable or FailureCode.LinkLost => StatusCodes.Status504GatewayTimeout,
        FailureCode.JournalUnwritable => StatusCodes.Status507InsufficientStorage,
        FailureCode.HypervisorUnreachable or FailureCode.AgentUnreachable => StatusCodes.Status503ServiceUnavailable,
    };
}
