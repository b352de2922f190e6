using System.Globalization;
using System.Text;

namespace ComfyUI.Benchmarks;

/// <summary>Makes workflows as the interface saves them, of any number of nodes: chains of samplers, each fed by the one before.</summary>
internal static class UIWorkflowMaker
{
    internal static string Make(int count)
    {
        var nodes = new StringBuilder();
        var links = new StringBuilder();
        for (int id = 1; id <= count; id++)
        {
            string link = id > 1 ? (id - 1).ToString(CultureInfo.InvariantCulture) : "null";
            string next = id < count ? "[" + id.ToString(CultureInfo.InvariantCulture) + "]" : "[]";
            nodes.Append(CultureInfo.InvariantCulture, $"{(id == 1 ? string.Empty : ",")}{{\"id\":{id},\"type\":\"KSampler\",\"pos\":[{id * 10},{id % 40 * 100}],\"size\":[315,262],\"flags\":{{}},\"order\":{id},\"mode\":0,");
            nodes.Append(CultureInfo.InvariantCulture, $"\"inputs\":[{{\"name\":\"model\",\"type\":\"MODEL\",\"link\":null}},{{\"name\":\"latent_image\",\"type\":\"LATENT\",\"link\":{link}}}],");
            nodes.Append(CultureInfo.InvariantCulture, $"\"outputs\":[{{\"name\":\"LATENT\",\"type\":\"LATENT\",\"links\":{next}}}],\"properties\":{{\"Node name for S&R\":\"KSampler\"}},\"widgets_values\":[{id},\"randomize\",20,\"euler\"]}}");
            if (id > 1)
            {
                links.Append(CultureInfo.InvariantCulture, $"{(id == 2 ? string.Empty : ",")}[{id - 1},{id - 1},0,{id},1,\"LATENT\"]");
            }
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"last_node_id\":{count},\"last_link_id\":{count - 1},\"nodes\":[{nodes}],\"links\":[{links}],\"groups\":[],\"config\":{{}},\"extra\":{{}},\"version\":0.4}}");
    }
}
