using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Text;

namespace ComfyUI.Benchmarks;

/// <summary>
/// A bar for each contender, with its spread. Where the values lie far apart the axis is logarithmic, for else only the slowest would be seen.
/// </summary>
internal static class BarChart
{
    private const int PlotWidth = 400;
    private const int Right = 90;
    private const int LetterWidth = 7;
    private const int LeastWidth = 760;
    private const int Top = 56;
    private const int RowHeight = 34;
    private const int BarHeight = 20;

    /// <summary>Whether there is more than one bar to draw.</summary>
    internal static bool IsWorthIt(CaseResult result) => result.Contenders.Count(contender => contender.Values.Count > 0) > 1;

    internal static string Draw(CaseResult result)
    {
        ContenderResult[] rows = [.. result.Contenders.Where(contender => contender.Values.Count > 0).OrderBy(
            contender => Samples.MedianOf(contender.Values) * (result.HigherIsBetter ? -1 : 1))];
        int left = (rows.Max(row => row.Title.Length) * LetterWidth) + 26;
        int width = Math.Max(LeastWidth, left + PlotWidth + Right);
        Scale scale = Scale.For(rows.SelectMany(row => row.Values), left);
        int height = Top + (rows.Length * RowHeight) + 30;
        var svg = new StringBuilder();
        svg.AppendLine(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" font-family=\"system-ui, 'DejaVu Sans', sans-serif\" font-size=\"13\">");
        svg.AppendLine(CultureInfo.InvariantCulture, $"<rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>");
        Text(svg, 16, 24, result.Title, "#1f2328", size: 15);
        Text(svg, 16, 43, $"{result.Unit}, {(result.HigherIsBetter ? "more" : "less")} is better{(scale.IsLogarithmic ? ", logarithmic" : string.Empty)}; the line is the spread of the rounds", "#59636e", size: 12);
        foreach (double tick in scale.Ticks)
        {
            double x = scale.At(tick);
            svg.AppendLine(CultureInfo.InvariantCulture, $"<line x1=\"{x:0.#}\" y1=\"{Top}\" x2=\"{x:0.#}\" y2=\"{height - 26}\" stroke=\"#d1d9e0\"/>");
            Text(svg, x, height - 10, MarkdownReport.Number(tick), "#59636e", "middle", 11);
        }

        for (int i = 0; i < rows.Length; i++)
        {
            DrawRow(svg, rows[i], scale, Top + (i * RowHeight) + ((RowHeight - BarHeight) / 2));
        }

        return svg.AppendLine("</svg>").ToString().ReplaceLineEndings("\n");
    }

    private static void DrawRow(StringBuilder svg, ContenderResult row, Scale scale, int y)
    {
        var values = new Samples(row.Values);
        double end = scale.At(values.Median);
        int middle = y + (BarHeight / 2);
        string fill = row.Name switch { "client" or "cmdlets" => "#0969da", "socket" or "floor" => "#8c959f", _ => "#d4a72c" };
        Text(svg, scale.Left - 10, middle + 5, row.Title, "#1f2328", "end");
        svg.AppendLine(CultureInfo.InvariantCulture, $"<rect x=\"{scale.Left}\" y=\"{y}\" width=\"{Math.Max(1, end - scale.Left):0.#}\" height=\"{BarHeight}\" rx=\"2\" fill=\"{fill}\"/>");
        svg.AppendLine(CultureInfo.InvariantCulture, $"<line x1=\"{scale.At(values.Least):0.#}\" y1=\"{middle}\" x2=\"{scale.At(values.Most):0.#}\" y2=\"{middle}\" stroke=\"#1f2328\" stroke-width=\"2\"/>");
        Text(svg, Math.Max(end, scale.At(values.Most)) + 8, middle + 5, MarkdownReport.Number(values.Median), "#1f2328");
    }

    private static void Text(StringBuilder svg, double x, double y, string text, string fill, string anchor = "start", int size = 13)
        => svg.AppendLine(CultureInfo.InvariantCulture, $"<text x=\"{x:0.#}\" y=\"{y:0.#}\" fill=\"{fill}\" text-anchor=\"{anchor}\" font-size=\"{size}\">{WebUtility.HtmlEncode(text)}</text>");

    /// <summary>Where values lie on the axis.</summary>
    private sealed record Scale(int Left, double From, double To, bool IsLogarithmic, IReadOnlyList<double> Ticks)
    {
        internal static Scale For(IEnumerable<double> values, int left)
        {
            double[] all = [.. values];
            double most = all.Max();
            double least = Math.Max(all.Min(), most / 1e6);
            if (most / least > 12)
            {
                double from = Math.Pow(10, Math.Floor(Math.Log10(least)));
                List<double> decades = [];
                for (double tick = from; tick <= most; tick *= 10)
                {
                    decades.Add(tick);
                }

                return new Scale(left, from, most, true, decades);
            }

            double step = Math.Pow(10, Math.Floor(Math.Log10(most)));
            step = most / step < 2 ? step / 5 : most / step < 5 ? step / 2 : step;
            List<double> ticks = [];
            for (int i = 0; i * step <= most; i++)
            {
                ticks.Add(i * step);
            }

            return new Scale(left, 0, most, false, ticks);
        }

        internal double At(double value)
        {
            double part = IsLogarithmic
                ? Math.Log(Math.Max(value, From) / From) / Math.Log(To / From)
                : (value - From) / (To - From);
            return Left + (part * PlotWidth);
        }
    }
}
