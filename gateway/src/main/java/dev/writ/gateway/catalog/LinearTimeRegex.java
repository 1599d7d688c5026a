package dev.writ.gateway.catalog;

import com.google.re2j.Pattern;
import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressionFactory;

/**
 * Matches the patterns of a schema in time linear in the argument: an agent that can choose the argument must not be able to
 * choose how long the gateway looks at it.
 *
 * @see <a href="https://github.com/google/re2/wiki/Syntax">RE2 syntax</a>
 */
final class LinearTimeRegex implements RegularExpressionFactory {

    @Override
    public RegularExpression getRegularExpression(String regex) {
        Pattern pattern = Pattern.compile(regex);
        // JSON Schema 6.3.3: a pattern is not anchored.
        return text -> pattern.matcher(text).find();
    }
}
