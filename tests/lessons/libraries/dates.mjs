// Dates with date-fns: functions that take a date and return a new one.
import { addMonths, differenceInCalendarDays, eachDayOfInterval, format, formatDistance, isWeekend, parseISO } from 'date-fns';

const start = parseISO('2024-01-31T10:00:00Z');
console.log(format(start, "EEEE, d MMMM yyyy 'at' HH:mm"));
console.log(addMonths(start, 1).toISOString(), 'a leap year, and no 31 February');

const end = parseISO('2024-03-01T09:00:00Z');
console.log(differenceInCalendarDays(end, start), 'days,', formatDistance(start, end));

const workdays = eachDayOfInterval({ start, end }).filter((day) => !isWeekend(day));
console.log(workdays.length, 'of them workdays');

const now = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Tokyo', dateStyle: 'medium', timeStyle: 'short' });
console.log(now.format(start), 'in Tokyo');
