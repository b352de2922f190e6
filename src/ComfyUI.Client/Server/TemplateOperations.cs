using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>Lists and gets the example workflows that packs of nodes bring along.</summary>
public sealed class TemplateOperations
{
    private readonly ComfyUISession _session;
    private readonly HttpPipeline _pipeline;

    internal TemplateOperations(ComfyUISession session, HttpPipeline pipeline)
    {
        _session = session;
        _pipeline = pipeline;
    }

    /// <summary>The examples, pack by pack.</summary>
    /// <exception cref="ComfyUINotFoundException">The server has no such route.</exception>
    public async Task<IReadOnlyList<ComfyUITemplate>> ListAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            var templates = new List<ComfyUITemplate>();
            foreach (KeyValuePair<string, JsonNode?> pack in await _pipeline.GetObjectAsync("workflow_templates", cancellationToken).ConfigureAwait(false))
            {
                foreach (string name in ModelOperations.Texts(pack.Value))
                {
                    templates.Add(new ComfyUITemplate { Module = pack.Key, Name = name, Session = _session });
                }
            }

            return templates;
        }
        catch (ComfyUIException e) when (ServerFeatures.IsMissingRoute(e))
        {
            throw ServerFeatures.Missing("Example workflows", "ComfyUI of 2025 and later", e);
        }
    }

    /// <summary>The same example with its workflow.</summary>
    /// <exception cref="ComfyUIValidationException">The file is no workflow.</exception>
    /// <exception cref="ComfyUIException">The server does not give it.</exception>
    public async Task<ComfyUITemplate> GetAsync(ComfyUITemplate template, CancellationToken cancellationToken = default)
    {
        JsonNode? json = await _pipeline.GetJsonAsync(PathOf(template), cancellationToken).ConfigureAwait(false);
        return template with { Workflow = WorkflowReader.FromNode(json, template.ToString()) };
    }

    // The files are served below /api only.
    private static string PathOf(ComfyUITemplate template)
        => $"api/workflow_templates/{Uri.EscapeDataString(template.Module)}/{Uri.EscapeDataString(template.Name)}.json";
}
