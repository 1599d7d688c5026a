package dev.writ.gateway.console;

import io.quarkus.qute.RawString;
import io.quarkus.qute.TemplateExtension;
import java.util.List;
import java.util.Locale;

/** Decisions by the hour as bars. A table with the same numbers stands beside it, for whoever does not see it. */
@TemplateExtension
final class HourChart {

    private static final int WIDTH = 720;
    private static final int HEIGHT = 200;
    private static final int LEFT = 34;
    private static final int BOTTOM = 20;
    private static final int TOP = 8;

    private HourChart() {}

    /** As SVG, with attributes of presentation only. */
    static RawString bars(Figures.Shown figures) {
        List<Figures.Counted> hours = figures.hours();
        long most =
                Math.max(1, hours.stream().mapToLong(Figures.Counted::all).max().orElse(1));
        int room = HEIGHT - BOTTOM - TOP;
        double step = (WIDTH - LEFT) / (double) hours.size();
        StringBuilder svg = new StringBuilder("<svg class=\"chart\" viewBox=\"0 0 " + WIDTH + " " + HEIGHT
                + "\" role=\"img\" aria-label=\"Decisions by the hour, at most " + most + " in one\">");
        line(svg, HEIGHT - BOTTOM);
        line(svg, TOP);
        text(svg, 0, TOP + 4, Long.toString(most));
        text(svg, 0, HEIGHT - BOTTOM, "0");
        for (int at = 0; at < hours.size(); at++) {
            Figures.Counted hour = hours.get(at);
            double x = LEFT + at * step + 1;
            double y = HEIGHT - BOTTOM;
            y = bar(svg, "allow", x, y, step - 2, hour.allowed() * room / (double) most);
            y = bar(svg, "escalate", x, y, step - 2, hour.escalated() * room / (double) most);
            bar(svg, "deny", x, y, step - 2, hour.denied() * room / (double) most);
            if (at % 6 == 0) {
                text(svg, x, HEIGHT - 5, hour.name());
            }
        }
        return new RawString(svg.append("</svg>").toString());
    }

    private static double bar(StringBuilder svg, String verdict, double x, double y, double width, double height) {
        if (height > 0) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>",
                    verdict,
                    x,
                    y - height,
                    width,
                    height));
        }
        return y - height;
    }

    private static void line(StringBuilder svg, int y) {
        svg.append("<line x1=\"" + LEFT + "\" x2=\"" + WIDTH + "\" y1=\"" + y + "\" y2=\"" + y + "\"/>");
    }

    private static void text(StringBuilder svg, double x, double y, String text) {
        svg.append(String.format(Locale.ROOT, "<text x=\"%.0f\" y=\"%.0f\">%s</text>", x, y, text));
    }
}
