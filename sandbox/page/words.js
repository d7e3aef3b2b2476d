// Every word of the page, in both languages side by side.

const WORDS = {
  offline: ["Mất kết nối với máy chủ thử nghiệm; đang thử lại…", "The sandbox does not answer; trying again…"],
  skip: ["Đến ô soạn tin", "Skip to the message box"],
  channels: ["Kênh", "Channels"],
  messages: ["Tin nhắn", "Messages"],
  direct: ["Tin nhắn riêng", "Direct messages"],
  events: ["Sự kiện", "Events"],
  eventStatus: [["", "đã lên lịch", "đang diễn ra", "đã xong", "đã hủy"], ["", "scheduled", "under way", "over", "cancelled"]],
  unread: ["{n} tin chưa đọc", "{n} unread"],
  pings: ["{n} lần nhắc đến bạn", "{n} mentions of you"],
  posts: ["Bài viết", "Posts"],
  newPost: ["Bài mới", "New post"],
  noPosts: ["Chưa có bài nào.", "No posts yet."],
  postTitle: ["Tiêu đề", "Title"],
  postText: ["Nội dung", "Text"],
  tags: ["Thẻ", "Tags"],
  mostTags: ["Nhiều nhất {n} thẻ.", "At most {n} tags."],
  jump: ["Đi nhanh đến kênh hoặc luồng…", "Jump to a channel or thread…"],
  toEnd: ["↓ Xuống tin mới nhất", "↓ To the newest message"],
  isTyping: ["{names} đang soạn tin…", "{names} is typing…"],
  archivedThreads: ["Luồng đã lưu trữ ({n})", "Archived threads ({n})"],
  person: ["Bạn là", "You are"],
  language: ["Ngôn ngữ", "Language"],
  botOn: ["Bot đang kết nối", "The bot is connected"],
  botOff: ["Bot chưa kết nối", "The bot is not connected"],
  menu: ["Danh sách kênh", "List of channels"],
  behind: ["Hậu trường", "Behind the scenes"],
  hintTitle: ["Bắt đầu thế nào?", "Where to start?"],
  hints: [
    [
      "Chọn một người ở góc trên: bạn sẽ thấy và làm được đúng những gì người ấy thấy và làm được. Mở thêm một thẻ trình duyệt để làm hai người cùng lúc.",
      "Gõ / trong ô soạn tin để dùng các lệnh của bot; bấm nút trên thẻ bot gửi để trả lời.",
      "Vặn đồng hồ ở góc trên và xem bot nhắc việc ra sao. Mở Hậu trường để gây sự cố và xem bot tự khắc phục.",
    ],
    [
      "Choose a person at the top: you see and may do exactly what they see and may do. A second tab is a second person.",
      "Type / in the message box for the bot's commands; press the buttons on its cards to answer.",
      "Move the clock at the top and watch the bot remind people. Open Behind the scenes to make trouble and see it recover.",
    ],
  ],
  gotIt: ["Đã hiểu", "Got it"],
  freshFrom: ["Tin mới từ đây", "New from here"],
  writeDirect: ["Nhắn riêng cho {name}", "Message {name}"],
  empty: ["Chưa có tin nhắn nào ở đây.", "Nothing has been written here yet."],
  older: ["Xem tin cũ hơn", "Show older messages"],
  members: ["{n} người tham gia", "{n} members"],
  archived: ["đã lưu trữ", "archived"],
  locked: ["đã khóa", "locked"],
  inChannel: ["trong #{name}", "in #{name}"],
  edited: ["(đã sửa)", "(edited)"],
  onlyYou: ["Chỉ mình bạn thấy tin này", "Only you can see this"],
  thinking: ["đang suy nghĩ…", "is thinking…"],
  sending: ["Đang gửi lệnh…", "Sending the command…"],
  failed: ["Ứng dụng không phản hồi", "The application did not respond"],
  dismiss: ["Bỏ qua", "Dismiss"],
  used: ["{name} đã dùng {command}", "{name} used {command}"],
  pinnedSomething: ["{name} đã ghim một tin nhắn.", "{name} pinned a message."],
  startedThread: ["{name} đã mở luồng {thread}.", "{name} started the thread {thread}."],
  originalGone: ["Tin nhắn gốc đã bị xóa", "The original message was deleted"],
  attachmentOnly: ["(tệp hoặc thẻ)", "(file or card)"],
  notified: ["{n} người được báo", "{n} notified"],
  oneMessage: ["1 tin nhắn", "1 message"],
  messagesCount: ["{n} tin nhắn", "{n} messages"],
  spoiler: ["Nội dung ẩn, bấm để xem", "Hidden text, press to show"],
  notSeen: ["Kênh trong địa chỉ này không có, hoặc {name} không được xem.", "The channel in this address does not exist, or {name} may not see it."],
  gone: ["không rõ", "unknown"],
  reply: ["Trả lời", "Reply"],
  edit: ["Sửa", "Edit"],
  remove: ["Xóa", "Delete"],
  thread: ["Mở luồng", "Create thread"],
  threadName: ["Tên luồng", "Name of the thread"],
  reactions: ["Cảm xúc", "Reactions"],
  reaction: ["{emoji}: {n} người", "{emoji}: {n}"],
  react: ["Thả cảm xúc {emoji}", "React with {emoji}"],
  vote: ["{text}: {n} phiếu", "{text}: {n} votes"],
  pollOpen: ["{n} phiếu · đến {until}", "{n} votes · until {until}"],
  pollOver: ["{n} phiếu · đã kết thúc", "{n} votes · over"],
  more: ["Thao tác khác", "More actions"],
  addFile: ["Đính kèm tệp", "Attach files"],
  files: ["Tệp đính kèm", "Attached files"],
  removeFile: ["Bỏ tệp {name}", "Remove {name}"],
  dropHere: ["Thả tệp vào đây để đính kèm", "Drop files here to attach them"],
  tooLarge: ["Mỗi tệp tối đa {mib} MiB.", "A file may have at most {mib} MiB."],
  tooMany: ["Mỗi tin tối đa {n} tệp.", "A message may have at most {n} files."],
  openPicture: ["Mở ảnh {name}", "Open the picture {name}"],
  editHint: ["Enter để lưu, Esc để thôi", "Enter saves, Escape cancels"],
  replyingTo: ["Trả lời {name}", "Replying to {name}"],
  cancel: ["Thôi", "Cancel"],
  send: ["Gửi", "Send"],
  write: ["Nhắn vào {place}, hoặc gõ / để dùng lệnh", "Message {place}, or type / for commands"],
  cannotWrite: ["Không nhắn được vào đây.", "Nothing can be written here."],
  commands: ["Lệnh", "Commands"],
  noCommands: ["Không có lệnh nào khớp.", "No command matches."],
  noBotCommands: ["Bot chưa đăng ký lệnh nào.", "The bot has not registered any commands yet."],
  required: ["bắt buộc", "required"],
  addOption: ["thêm {name}", "add {name}"],
  missing: ["Còn thiếu: {names}", "Still missing: {names}"],
  notAChoice: ["Hãy chọn một mục trong danh sách cho: {names}", "Choose from the list for: {names}"],
  noChoices: ["Không có gợi ý", "No suggestions"],
  looking: ["Đang tìm…", "Looking…"],
  noSuggestions: ["Bot không gợi ý kịp", "The bot did not suggest anything in time"],
  yes: ["Có", "Yes"],
  no: ["Không", "No"],
  choose: ["Chọn…", "Choose…"],
  submit: ["Gửi đi", "Submit"],
  refused: ["Máy chủ từ chối: {why}", "The server refused: {why}"],
  clock: ["Đồng hồ mô phỏng", "Simulated clock"],
  plusHour: ["+1 giờ", "+1 hour"],
  plusDay: ["+1 ngày", "+1 day"],
  nextMorning: ["→ 08:30", "→ 08:30"],
  nextMorningLong: ["Đến 08:30 sáng kế tiếp", "To the next 08:30"],
  goTo: ["Đến lúc…", "Go to…"],
  goToLong: ["Vặn đồng hồ đến", "Move the clock to"],
  setClock: ["Đặt", "Set"],
  running: ["đang chạy", "running"],
  standing: ["đứng yên", "standing"],
  letRun: ["Cho đồng hồ chạy", "Let the clock run"],
  letStand: ["Cho đồng hồ đứng", "Stop the clock"],
  moving: ["đang vặn…", "moving…"],
  onlyForward: ["Đồng hồ chỉ vặn tới được, không vặn lùi.", "The clock only goes forward."],
  zone: ["múi giờ {zone}", "time zone {zone}"],
  meanwhile: ["Từ {from} đến {to}", "From {from} to {to}"],
  meanwhileMessages: ["{n} tin mới bạn thấy được", "{n} new messages that you can see"],
  meanwhileCalls: ["{n} lời gọi của bot", "{n} calls of the bot"],
  meanwhileMore: ["và {n} tin nữa", "and {n} more"],
  meanwhileArchived: ["{n} luồng đã được lưu trữ", "{n} threads were archived"],
  meanwhileNothing: ["Không có gì xảy ra.", "Nothing happened."],
  calls: ["Lời gọi REST của bot", "The bot's REST calls"],
  noCalls: ["Bot chưa gọi gì.", "The bot has not called anything yet."],
  noStatus: ["chưa trả lời, hoặc kết nối bị cắt", "not answered yet, or the connection was cut"],
  faults: ["Gây sự cố", "Make trouble"],
  faultDrop: ["Discord quên trả lời", "Discord forgets to answer"],
  faultHalf: ["Một nửa lời gọi thất bại", "Half of the calls fail"],
  faultSlow: ["Năm lời gọi chậm 2 giây", "Five calls are 2 seconds late"],
  faultGateway: ["Đứt kết nối gateway", "The gateway connection breaks"],
  botGone: ["Bot mất kết nối", "The bot lost its connection"],
  botBackAfter: ["Bot đã kết nối lại sau {n} giây", "The bot is connected again after {n} seconds"],
  botBack: ["Bot đã kết nối lại", "The bot is connected again"],
  struck: ["sự cố bạn đã gây ra", "the fault that you ordered"],
  unheard: ["Bot không nghe được câu trả lời này.", "The bot did not hear this answer."],
  fault500: ["Ba lần lỗi 500", "Three times error 500"],
  fault429: ["Ba lần 429, chờ 2 giây", "Three times 429, wait 2 seconds"],
  clearFaults: ["Gỡ hết sự cố", "Clear all faults"],
  faultLeft: ["còn {n}, đã xảy ra {hits}", "{n} left, struck {hits}"],
  violations: ["{n} nội dung trái với mô tả API của Discord", "{n} bodies break Discord's API description"],
};

let at = 0;

/** Follows the person's locale; everything that is not Vietnamese reads English. */
export function setLocale(locale) {
  at = locale?.startsWith("vi") ? 0 : 1;
  document.documentElement.lang = language();
}

/** `vi` or `en`, for Intl and the page's own switch. */
export function language() {
  return at === 0 ? "vi" : "en";
}

/** Intl's locale: English with the day before the month, as the office writes dates. */
export function region() {
  return at === 0 ? "vi-VN" : "en-GB";
}

/** A sentence in the language of the page, its places filled. */
export function t(key, places = {}) {
  const found = WORDS[key][at];
  if (typeof found !== "string") return found;
  return found.replace(/\{(\w+)\}/g, (_, name) => places[name] ?? "");
}

/** So many messages; English has a word of its own for one. */
export const messagesCount = (n) => t(n === 1 ? "oneMessage" : "messagesCount", { n });

/** Name or description of a command, option or choice, as the chosen language has it. */
export function localized(thing, key) {
  const others = thing[`${key}_localizations`] ?? {};
  return (at === 0 ? others.vi : others["en-GB"] ?? others["en-US"]) ?? thing[key];
}
